package exacta.gateway;

import exacta.engine.text.ChatTemplate;
import exacta.engine.text.ModelCard;
import exacta.engine.text.Tokenizer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** How a model writes calls of functions, by its chat template. Spec: gateway.md#forms. */
enum ToolForm {
  /** {@code <tool_call>{"name": ..., "arguments": {...}}</tool_call>}, as Qwen and Hermes do. */
  TAGGED("arguments", List.of("<tool_call>", "</tool_call>")),
  /** {@code [TOOL_CALLS][{"name": ..., "arguments": {...}}]}, as Mistral's models do. */
  LISTED("arguments", List.of("[TOOL_CALLS]", "[ARGS]")),
  /** {@code {"name": ..., "parameters": {...}}} and nothing else, as Llama 3 does. */
  BARE("parameters", List.of("<|python_tag|>")),
  /** The template knows no tools: it is told of them in the tagged form. */
  TOLD("arguments", List.of("<tool_call>", "</tool_call>")),
  /** The template has tools in a form that is not known here; what it writes remains text. */
  OTHER("arguments", List.of());

  /** Not as a part of another name, such as builtin_tools. */
  private static final Pattern READS_TOOLS = Pattern.compile("\\btools\\b");

  private final String argumentsName;
  private final List<String> markers;

  ToolForm(String argumentsName, List<String> markers) {
    this.argumentsName = argumentsName;
    this.markers = markers;
  }

  static ToolForm of(ModelCard card) {
    return of(card.chatTemplate().map(ChatTemplate::text).orElse(""));
  }

  static ToolForm of(String template) {
    if (!READS_TOOLS.matcher(template).find()) {
      return TOLD;
    }
    if (template.contains("[TOOL_CALLS]")) {
      return LISTED;
    }
    if (template.contains("<tool_call>")) {
      return TAGGED;
    }
    return template.contains("<|python_tag|>")
            || template.contains("{\"name\": function name, \"parameters\":")
        ? BARE
        : OTHER;
  }

  /** What the model calls a call's arguments. */
  String argumentsName() {
    return argumentsName;
  }

  /** The marks of a call that are control tokens, which otherwise are no text. */
  SortedMap<Integer, String> marks(Tokenizer tokenizer) {
    SortedMap<Integer, String> marks = new TreeMap<>();
    for (String marker : markers) {
      OptionalInt id = tokenizer.id(marker);
      if (id.isPresent() && tokenizer.isControl(id.getAsInt())) {
        marks.put(id.getAsInt(), marker);
      }
    }
    return marks;
  }

  /** What finds the calls in an answer. */
  CallFinder finder(CallParser parser) {
    return switch (this) {
      case TAGGED, TOLD ->
          new MarkedCalls("<tool_call>", Optional.of("</tool_call>"), parser::tagged);
      case LISTED -> new MarkedCalls("[TOOL_CALLS]", Optional.empty(), parser::listed);
      case BARE -> new BareCall(parser);
      case OTHER -> CallFinder.NONE;
    };
  }
}
