package exacta.gateway;

import exacta.engine.text.ChatMessage;
import exacta.engine.text.Conversation;
import exacta.engine.text.ToolCall;
import exacta.primitives.Hasher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A conversation with functions as a model's template takes it. Spec: gateway.md#forms. */
final class ToolConversation {
  /** The only ids that Mistral's templates take. */
  private static final Pattern ID = Pattern.compile("[a-zA-Z0-9]{9}");

  private static final int ID_LENGTH = 9;

  private ToolConversation() {}

  static Conversation of(ToolForm form, List<ChatMessage> messages, Toolbox toolbox) {
    return switch (form) {
      case TOLD -> Conversation.of(told(messages, toolbox));
      case LISTED -> conversation(messages.stream().map(ToolConversation::withShortIds), toolbox);
      case TAGGED, BARE, OTHER -> conversation(messages.stream(), toolbox);
    };
  }

  private static Conversation conversation(Stream<ChatMessage> messages, Toolbox toolbox) {
    List<Map<String, ?>> tools = new ArrayList<>();
    toolbox.tools().forEach(tool -> tools.add(Json.values(tool.whole()).orElseThrow()));
    return new Conversation(messages.toList(), tools, Map.of());
  }

  /** An id of nine letters and digits that always is the same for the same text. */
  static String shortId(String text) {
    return ID.matcher(text).matches()
        ? text
        : Hasher.of("tool-call").text(text).finish().toHex().substring(0, ID_LENGTH);
  }

  private static ChatMessage withShortIds(ChatMessage message) {
    return new ChatMessage(
        message.role(),
        message.content(),
        message.toolCalls().stream()
            .map(call -> new ToolCall(shortId(call.id()), call.name(), call.arguments()))
            .toList(),
        message.toolCallId().map(ToolConversation::shortId),
        message.name());
  }

  /** For a template that knows neither tools nor calls nor results: all as text. */
  private static List<ChatMessage> told(List<ChatMessage> messages, Toolbox toolbox) {
    List<ChatMessage> told = new ArrayList<>();
    boolean inResults = false;
    for (ChatMessage message : messages) {
      boolean isResult = message.role().equals("tool");
      if (isResult) {
        String result = "<tool_response>\n" + message.content() + "\n</tool_response>";
        // Results of one answer's calls are one turn: many templates want turns to alternate.
        String before = inResults ? told.removeLast().content() + "\n" : "";
        told.add(new ChatMessage("user", before + result));
      } else {
        told.add(new ChatMessage(message.role(), withCalls(message)));
      }
      inResults = isResult;
    }
    if (!toolbox.isEmpty()) {
      boolean hasSystem = told.getFirst().role().equals("system");
      String before = hasSystem ? told.removeFirst().content() + "\n\n" : "";
      told.addFirst(new ChatMessage("system", before + description(toolbox)));
    }
    return told;
  }

  private static String withCalls(ChatMessage message) {
    StringBuilder text = new StringBuilder(message.content());
    for (ToolCall call : message.toolCalls()) {
      text.append(text.isEmpty() ? "" : "\n")
          .append("<tool_call>\n{\"name\": ")
          .append(Json.text(call.name()))
          .append(", \"arguments\": ")
          .append(Json.ofValues(call.arguments()))
          .append("}\n</tool_call>");
    }
    return text.toString();
  }

  /** In the words that Qwen's and Hermes' templates have for it, which many models have read. */
  private static String description(Toolbox toolbox) {
    String tools =
        toolbox.tools().stream()
            .map(tool -> tool.whole().toString())
            .collect(Collectors.joining("\n"));
    return """
    You may call one or more functions to assist with the user query.

    You are provided with function signatures within <tools></tools> XML tags:
    <tools>
    %s
    </tools>

    For each function call, return a json object with function name and arguments within \
    <tool_call></tool_call> XML tags:
    <tool_call>
    {"name": <function-name>, "arguments": <args-json-object>}
    </tool_call>\
    """
        .formatted(tools);
  }
}
