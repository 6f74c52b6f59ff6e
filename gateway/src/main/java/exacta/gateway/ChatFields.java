package exacta.gateway;

import exacta.engine.text.ChatMessage;
import exacta.protocol.Bounds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Reads the body of a chat completion. Spec: gateway.md#chat. */
final class ChatFields {
  private static final int MESSAGES_MAX = 4096;

  private ChatFields() {}

  static ClientRequest read(JsonNode body) throws ApiException {
    Fields fields = Fields.of(body);
    fields.requireText("model");
    List<ChatMessage> messages = messages(fields);
    Optional<Integer> older = CommonFields.limit(fields, "max_tokens");
    Optional<Integer> newer = CommonFields.limit(fields, "max_completion_tokens");
    if (older.isPresent() && newer.isPresent() && !older.equals(newer)) {
      throw ApiException.invalid(
          "max_tokens", "'max_tokens' and 'max_completion_tokens' say different things.");
    }
    fields.ignore(Set.of("parallel_tool_calls"));
    fields.neutral("tools", ChatFields::isEmptyArray);
    fields.neutral("functions", ChatFields::isEmptyArray);
    fields.neutral("tool_choice", node -> isText(node, "none") || isText(node, "auto"));
    fields.neutral("function_call", node -> isText(node, "none") || isText(node, "auto"));
    Optional<Integer> likeliest = likeliest(fields);
    fields.neutral("modalities", node -> node.size() == 1 && isText(node.get(0), "text"));
    fields.neutral("audio", node -> false);
    fields.neutral("reasoning_effort", node -> isText(node, "none"));
    fields.neutral("verbosity", node -> isText(node, "medium"));
    fields.neutral("web_search_options", node -> false);
    String schema = FormatFields.read(fields);
    ClientRequest request =
        CommonFields.read(fields, new ClientPrompt.Chat(messages), newer.or(() -> older), schema);
    return likeliest.map(request::withLogProbabilities).orElse(request);
  }

  /**
   * How many of the likeliest tokens to tell with log-probabilities; empty without any of these.
   */
  private static Optional<Integer> likeliest(Fields fields) throws ApiException {
    boolean wanted = fields.flag("logprobs");
    int likeliest =
        fields.integer("top_logprobs", 0, Bounds.LIKELIEST_MAX).map(Math::toIntExact).orElse(0);
    if (!wanted && likeliest > 0) {
      throw ApiException.invalid(
          "top_logprobs", "'top_logprobs' is only allowed when 'logprobs' is true.");
    }
    return wanted ? Optional.of(likeliest) : Optional.empty();
  }

  private static boolean isEmptyArray(JsonNode node) {
    return node.isArray() && node.isEmpty();
  }

  private static boolean isText(JsonNode node, String text) {
    return node != null && node.isString() && node.asString().equals(text);
  }

  private static List<ChatMessage> messages(Fields fields) throws ApiException {
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
    List<ChatMessage> messages = new ArrayList<>();
    for (JsonNode node : value.get().values()) {
      messages.add(message(node, "messages[" + messages.size() + "]"));
    }
    return messages;
  }

  private static ChatMessage message(JsonNode node, String path) throws ApiException {
    Fields fields = Fields.of(node, path);
    String role =
        switch (fields.requireText("role")) {
          // The newer name of the same thing.
          case "developer", "system" -> "system";
          case "user" -> "user";
          case "assistant" -> "assistant";
          default ->
              throw ApiException.invalid(
                  fields.name("role"),
                  "'%s' must be 'system', 'developer', 'user' or 'assistant'."
                      .formatted(fields.name("role")));
        };
    Optional<JsonNode> content = fields.value("content");
    if (content.isEmpty()) {
      throw ApiException.missing(fields.name("content"));
    }
    fields.ignore(Set.of("name"));
    // Clients send back the messages that they were given.
    fields.neutral("refusal", other -> false);
    fields.neutral("audio", other -> false);
    fields.neutral("annotations", ChatFields::isEmptyArray);
    fields.neutral("tool_calls", ChatFields::isEmptyArray);
    fields.neutral("function_call", other -> false);
    fields.end();
    return new ChatMessage(role, content(content.get(), fields.name("content")));
  }

  private static String content(JsonNode node, String path) throws ApiException {
    if (node.isString()) {
      return node.asString();
    }
    if (!node.isArray()) {
      throw ApiException.wrongType(path, "a string or an array of text parts", Fields.kind(node));
    }
    StringBuilder text = new StringBuilder();
    int index = 0;
    for (JsonNode part : node.values()) {
      Fields fields = Fields.of(part, path + "[" + index + "]");
      String type = fields.requireText("type");
      if (!type.equals("text")) {
        throw ApiException.unsupported(
            fields.name("type"), "Only parts of type 'text' are supported.");
      }
      text.append(fields.requireText("text"));
      fields.end();
      index++;
    }
    return text.toString();
  }
}
