package exacta.gateway;

import exacta.engine.grammar.Grammar;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Which functions the model may or must call, as clients say it. Spec: gateway.md#tools. */
final class ToolFields {
  private static final int TOOLS_MAX = 128;
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
  private static final String FUNCTION = "function";
  private static final String CHOICE = "tool_choice";

  private ToolFields() {}

  static Toolbox read(Fields fields) throws ApiException {
    boolean severalCalls = fields.flag("parallel_tool_calls", true);
    List<Toolbox.Tool> tools = tools(fields);
    Optional<JsonNode> choice = fields.value(CHOICE);
    if (choice.isEmpty()) {
      return new Toolbox(tools, List.of(), severalCalls);
    }
    Toolbox toolbox =
        choice.get().isString()
            ? ofWord(choice.get().asString(), tools, severalCalls)
            : ofName(choice.get(), tools, severalCalls);
    for (Toolbox.Tool tool : toolbox.forced()) {
      requireSupported(tool, tools.indexOf(tool));
    }
    return toolbox;
  }

  private static Toolbox ofWord(String word, List<Toolbox.Tool> tools, boolean severalCalls)
      throws ApiException {
    return switch (word) {
      case "none" -> Toolbox.EMPTY;
      case "auto" -> new Toolbox(tools, List.of(), severalCalls);
      case "required" -> {
        if (tools.isEmpty()) {
          throw ApiException.invalid(CHOICE, "'tool_choice' is only required with 'tools'.");
        }
        yield new Toolbox(tools, tools, severalCalls);
      }
      default ->
          throw ApiException.invalid(
              CHOICE, "'tool_choice' must be 'none', 'auto', 'required' or name a function.");
    };
  }

  private static Toolbox ofName(JsonNode choice, List<Toolbox.Tool> tools, boolean severalCalls)
      throws ApiException {
    Fields fields = Fields.of(choice, CHOICE);
    requireFunction(fields);
    Fields function = fields.object(FUNCTION);
    String name = function.requireText("name");
    function.end();
    fields.end();
    List<Toolbox.Tool> named = tools.stream().filter(tool -> tool.name().equals(name)).toList();
    if (named.isEmpty()) {
      throw ApiException.invalid(
          function.name("name"),
          "'tools' has no function '%s'.".formatted(Texts.shortened(name, 64)));
    }
    return new Toolbox(tools, named, severalCalls);
  }

  private static List<Toolbox.Tool> tools(Fields fields) throws ApiException {
    Optional<JsonNode> value = fields.value("tools");
    if (value.isEmpty()) {
      return List.of();
    }
    if (!value.get().isArray()) {
      throw ApiException.wrongType("tools", "an array", Fields.kind(value.get()));
    }
    if (value.get().size() > TOOLS_MAX) {
      throw ApiException.invalid("tools", "'tools' has at most " + TOOLS_MAX + " entries.");
    }
    List<Toolbox.Tool> tools = new ArrayList<>();
    for (JsonNode node : value.get().values()) {
      Fields entry = Fields.of(node, "tools[" + tools.size() + "]");
      requireFunction(entry);
      Fields function = entry.object(FUNCTION);
      entry.end();
      String name = function.requireText("name");
      boolean known = tools.stream().anyMatch(tool -> tool.name().equals(name));
      if (!NAME.matcher(name).matches() || known) {
        throw ApiException.invalid(
            function.name("name"),
            "A function's name has 1 to 64 letters, digits, '_' and '-', and is its own.");
      }
      tools.add(new Toolbox.Tool(name, (ObjectNode) node, parameters(function)));
    }
    return tools;
  }

  private static void requireFunction(Fields entry) throws ApiException {
    if (!entry.requireText("type").equals(FUNCTION)) {
      throw ApiException.unsupported(
          entry.name("type"), "Only tools of type 'function' are supported.");
    }
  }

  private static ObjectNode parameters(Fields function) throws ApiException {
    function.text("description");
    // Where calls are forced they fit the schema in any case.
    function.flag("strict", false);
    Optional<JsonNode> value = function.value("parameters");
    function.end();
    if (value.isEmpty()) {
      ObjectNode nothing = Json.object().put("type", "object");
      nothing.putObject("properties");
      return nothing;
    }
    String field = function.name("parameters");
    if (!(value.get() instanceof ObjectNode schema)) {
      throw ApiException.wrongType(field, "an object", Fields.kind(value.get()));
    }
    if (schema.isEmpty()) {
      return Json.object().put("type", "object");
    }
    if (!schema.path("type").isString() || !schema.path("type").asString().equals("object")) {
      throw ApiException.invalid(field, "'%s' is a schema of type 'object'.".formatted(field));
    }
    return schema;
  }

  private static void requireSupported(Toolbox.Tool tool, int index) throws ApiException {
    try {
      Grammar.ofSchema(tool.parameters().toString());
    } catch (IllegalArgumentException e) {
      throw ApiException.invalid(
          "tools[%d].function.parameters".formatted(index), Texts.shortened(e.getMessage(), 300));
    }
  }

  /** What cannot be said together with tools. */
  static void requireAlone(Toolbox toolbox, String schema) throws ApiException {
    if (!toolbox.isEmpty() && !schema.isEmpty()) {
      throw ApiException.unsupported(
          "response_format",
          "Beside 'tools' only the 'response_format' of type 'text' is supported; use"
              + " 'tool_choice' 'none' to have text that fits a schema.");
    }
  }

  /** Accepts the older fields for functions where they say nothing. */
  static void refuseOlder(Fields fields) throws ApiException {
    fields.neutral("functions", node -> node.isArray() && node.isEmpty());
    Set<String> neutral = Set.of("none", "auto");
    fields.neutral("function_call", node -> node.isString() && neutral.contains(node.asString()));
  }
}
