package exacta.gateway;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A call that the answer has to be: the schema that hosts hold the model to, and what becomes of
 * the text that it wrote. Spec: gateway.md#forced.
 */
final class ForcedCall implements CallFinder {
  /** Names of functions need no escapes. */
  private static final Pattern BEGINNING =
      Pattern.compile("\\{\\s*\"name\"\\s*:\\s*\"([^\"]*)\"\\s*,\\s*\"[a-z]+\"\\s*:\\s*\\{");

  /** The text before the arguments. */
  private final StringBuilder held = new StringBuilder();

  private boolean begun;
  private boolean argumentsEnded;
  private boolean inString;
  private boolean escaped;

  /** Objects and arrays of the arguments that are not closed. */
  private int open;

  /** The schema of a call of one of these functions, as models of this form write it. */
  static String schema(ToolForm form, List<Toolbox.Tool> functions) {
    if (functions.size() == 1) {
      return call(form, functions.getFirst(), "#").toString();
    }
    ObjectNode any = Json.object();
    ArrayNode calls = any.putArray("anyOf");
    for (Toolbox.Tool function : functions) {
      calls.add(call(form, function, "#/anyOf/" + calls.size()));
    }
    return any.toString();
  }

  /**
   * @param place where this call's schema will stand
   */
  private static ObjectNode call(ToolForm form, Toolbox.Tool function, String place) {
    String arguments = form.argumentsName();
    ObjectNode schema = Json.object().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    properties.putObject("name").put("const", function.name());
    properties.set(arguments, moved(function.parameters(), place + "/properties/" + arguments));
    schema.putArray("required").add("name").add(arguments);
    return schema;
  }

  /** The schema as it reads at another place: references into itself lead there. */
  private static JsonNode moved(JsonNode schema, String place) {
    if (!(schema instanceof ObjectNode fields)) {
      return schema;
    }
    ObjectNode result = Json.object();
    for (Map.Entry<String, JsonNode> field : fields.properties()) {
      result.set(field.getKey(), moved(field.getKey(), field.getValue(), place));
    }
    return result;
  }

  private static JsonNode moved(String keyword, JsonNode value, String place) {
    return switch (keyword) {
      case "$ref" ->
          value.isString() && value.asString().startsWith("#")
              ? Json.text(place + value.asString().substring(1))
              : value;
      case "items", "additionalProperties" -> moved(value, place);
      case "anyOf", "allOf" -> {
        ArrayNode all = Json.array();
        value.values().forEach(schema -> all.add(moved(schema, place)));
        yield value.isArray() ? all : value;
      }
      case "properties", "$defs", "definitions" -> {
        ObjectNode all = Json.object();
        value
            .properties()
            .forEach(named -> all.set(named.getKey(), moved(named.getValue(), place)));
        yield value.isObject() ? all : value;
      }
      default -> value; // values, and what is refused anyhow
    };
  }

  @Override
  public void more(String text, Sink sink) {
    if (begun) {
      read(text, sink);
      return;
    }
    held.append(text);
    Matcher beginning = BEGINNING.matcher(held);
    if (beginning.lookingAt()) {
      begun = true;
      sink.call(beginning.group(1));
      read(held.substring(beginning.end() - 1), sink); // the brace is the arguments' own
    }
  }

  /** The arguments are the model's own text; behind them only the call's brace is left. */
  private void read(String text, Sink sink) {
    int count = 0;
    while (count < text.length() && !argumentsEnded) {
      read(text.charAt(count++));
    }
    if (count > 0) {
      sink.arguments(text.substring(0, count));
    }
    if (text.indexOf('}', count) >= 0) {
      sink.endCall();
    }
  }

  /** Hosts held the model to JSON: the arguments end where all that they opened is closed. */
  private void read(char c) {
    if (escaped) {
      escaped = false;
    } else if (inString) {
      escaped = c == '\\';
      inString = c != '"';
    } else {
      inString = c == '"';
      open += c == '{' || c == '[' ? 1 : 0;
      open -= c == '}' || c == ']' ? 1 : 0;
      argumentsEnded = open == 0;
    }
  }

  /** Whatever is missing: a call that was cut has the beginning of its arguments. */
  @Override
  public void finish(boolean stopped, Sink sink) {
    if (!begun) {
      sink.text(held.toString());
    }
  }
}
