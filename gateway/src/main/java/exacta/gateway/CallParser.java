package exacta.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Reads calls as models write them. A call names a function that the client offered, and its
 * arguments are a JSON object; anything else is none. Spec: gateway.md#forms.
 */
final class CallParser {
  private static final Pattern NAMED =
      Pattern.compile("\\s*([a-zA-Z0-9_-]{1,64})\\s*\\[ARGS\\](.*)", Pattern.DOTALL);

  private final Toolbox toolbox;

  CallParser(Toolbox toolbox) {
    this.toolbox = toolbox;
  }

  /** One call, or a list of calls; empty if it is not only that. */
  Optional<List<FunctionCall>> tagged(String text) {
    return Json.read(text).flatMap(this::calls);
  }

  /** The same, or a name, {@code [ARGS]} and arguments, as Mistral's newer models write it. */
  Optional<List<FunctionCall>> listed(String text) {
    Matcher named = NAMED.matcher(text);
    return named.matches()
        ? Json.read(named.group(2)).flatMap(arguments -> call(named.group(1), arguments))
        : tagged(text);
  }

  private Optional<List<FunctionCall>> calls(JsonNode node) {
    if (!node.isArray()) {
      return call(node.path("name").asString(""), arguments(node));
    }
    List<FunctionCall> calls = new ArrayList<>();
    for (JsonNode item : node.values()) {
      Optional<List<FunctionCall>> call = call(item.path("name").asString(""), arguments(item));
      if (call.isEmpty()) {
        return Optional.empty();
      }
      calls.addAll(call.get());
    }
    return calls.isEmpty() ? Optional.empty() : Optional.of(calls);
  }

  /** Models take the one name for the other. */
  private static JsonNode arguments(JsonNode call) {
    return call.has("arguments") ? call.path("arguments") : call.path("parameters");
  }

  private Optional<List<FunctionCall>> call(String name, JsonNode arguments) {
    return toolbox.has(name) && arguments.isObject()
        ? Optional.of(List.of(new FunctionCall(name, arguments.toString())))
        : Optional.empty();
  }
}
