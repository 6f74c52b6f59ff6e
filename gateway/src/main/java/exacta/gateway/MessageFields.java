package exacta.gateway;

import exacta.engine.text.ChatMessage;
import exacta.engine.text.ToolCall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Reads the messages of a conversation, in order. One use. Spec: gateway.md#chat. */
final class MessageFields {
  private static final int MESSAGES_MAX = 4096;

  /** Names of the functions that were called, by the calls' ids. */
  private final Map<String, String> called = new HashMap<>();

  private MessageFields() {}

  static List<ChatMessage> read(Fields fields) throws ApiException {
    Optional<JsonNode> value = fields.value("messages");
    if (value.isEmpty()) {
      throw ApiException.missing("messages");
    }
    if (!value.get().isArray()) {
      throw ApiException.wrongType("messages", "an array", Fields.kind(value.get()));
    }
    if (value.get().isEmpty() || value.get().size() > MESSAGES_MAX) {
      throw ApiException.invalid("messages", "'messages' has 1 to " + MESSAGES_MAX + " entries.");
    }
    MessageFields reader = new MessageFields();
    List<ChatMessage> messages = new ArrayList<>();
    for (JsonNode node : value.get().values()) {
      messages.add(reader.message(Fields.of(node, "messages[" + messages.size() + "]")));
    }
    return messages;
  }

  private ChatMessage message(Fields fields) throws ApiException {
    fields.ignore(Set.of("name"));
    // Clients send back the messages that they were given, with all their fields.
    fields.neutral("refusal", other -> false);
    fields.neutral("audio", other -> false);
    fields.neutral("annotations", MessageFields::isEmptyArray);
    fields.neutral("function_call", other -> false);
    ChatMessage message =
        switch (fields.requireText("role")) {
          // The newer name of the same thing.
          case "developer", "system" -> new ChatMessage("system", requireContent(fields));
          case "user" -> new ChatMessage("user", requireContent(fields));
          case "assistant" -> assistant(fields);
          case "tool" -> result(fields);
          default ->
              throw ApiException.invalid(
                  fields.name("role"),
                  "'%s' must be 'system', 'developer', 'user', 'assistant' or 'tool'."
                      .formatted(fields.name("role")));
        };
    fields.neutral(
        "tool_calls", other -> message.role().equals("assistant") || isEmptyArray(other));
    fields.end();
    return message;
  }

  private static boolean isEmptyArray(JsonNode node) {
    return node.isArray() && node.isEmpty();
  }

  private ChatMessage assistant(Fields fields) throws ApiException {
    List<ToolCall> calls = calls(fields);
    String content = calls.isEmpty() ? requireContent(fields) : content(fields).orElse("");
    return new ChatMessage("assistant", content, calls, Optional.empty(), Optional.empty());
  }

  private List<ToolCall> calls(Fields fields) throws ApiException {
    Optional<JsonNode> value = fields.value("tool_calls");
    if (value.isEmpty()) {
      return List.of();
    }
    if (!value.get().isArray()) {
      throw ApiException.wrongType(fields.name("tool_calls"), "an array", Fields.kind(value.get()));
    }
    List<ToolCall> calls = new ArrayList<>();
    for (JsonNode node : value.get().values()) {
      Fields call = Fields.of(node, "%s[%d]".formatted(fields.name("tool_calls"), calls.size()));
      call.ignore(Set.of("index"));
      String id = call.requireText("id");
      if (!call.requireText("type").equals("function")) {
        throw ApiException.unsupported(
            call.name("type"), "Only calls of type 'function' are supported.");
      }
      Fields function = call.object("function");
      call.end();
      String name = function.requireText("name");
      calls.add(new ToolCall(id, name, arguments(function)));
      function.end();
      called.put(id, name);
    }
    return calls;
  }

  private static Map<String, ?> arguments(Fields function) throws ApiException {
    String text = function.requireText("arguments");
    // What some clients make of a function without parameters.
    return Json.read(text.isBlank() ? "{}" : text)
        .flatMap(Json::values)
        .orElseThrow(() ->
            ApiException.invalid(
                function.name("arguments"),
                "'%s' must be the text of a JSON object.".formatted(function.name("arguments"))));
  }

  private ChatMessage result(Fields fields) throws ApiException {
    String content = requireContent(fields);
    String id = fields.requireText("tool_call_id");
    String name = called.get(id);
    if (name == null) {
      throw ApiException.invalid(
          fields.name("tool_call_id"),
          "A message of role 'tool' answers a call in 'tool_calls' of a message before it.");
    }
    return new ChatMessage("tool", content, List.of(), Optional.of(id), Optional.of(name));
  }

  private static String requireContent(Fields fields) throws ApiException {
    Optional<String> content = content(fields);
    if (content.isEmpty()) {
      throw ApiException.missing(fields.name("content"));
    }
    return content.get();
  }

  private static Optional<String> content(Fields fields) throws ApiException {
    Optional<JsonNode> value = fields.value("content");
    if (value.isEmpty()) {
      return Optional.empty();
    }
    JsonNode node = value.get();
    String path = fields.name("content");
    if (node.isString()) {
      return Optional.of(node.asString());
    }
    if (!node.isArray()) {
      throw ApiException.wrongType(path, "a string or an array of text parts", Fields.kind(node));
    }
    StringBuilder text = new StringBuilder();
    int index = 0;
    for (JsonNode part : node.values()) {
      Fields inner = Fields.of(part, path + "[" + index + "]");
      if (!inner.requireText("type").equals("text")) {
        throw ApiException.unsupported(
            inner.name("type"), "Only parts of type 'text' are supported.");
      }
      text.append(inner.requireText("text"));
      inner.end();
      index++;
    }
    return Optional.of(text.toString());
  }
}
