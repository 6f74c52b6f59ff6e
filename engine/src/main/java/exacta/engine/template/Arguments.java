package exacta.engine.template;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The evaluated arguments of a call, filter or method.
 *
 * @param call what messages call it
 */
record Arguments(String call, List<Value> positional, Map<String, Value> named, int line) {

  /** Refuses more arguments than there are parameters, and names that are none. */
  Arguments allowing(String... parameters) {
    if (positional.size() > parameters.length) {
      throw wrong("takes at most " + parameters.length + " arguments");
    }
    for (String name : named.keySet()) {
      if (!List.of(parameters).contains(name)) {
        throw wrong("has no argument '" + name + "' that is supported");
      }
    }
    return this;
  }

  Optional<Value> get(int index, String name) {
    return index < positional.size()
        ? Optional.of(positional.get(index))
        : Optional.ofNullable(named.get(name));
  }

  Value require(int index, String name) {
    return get(index, name).orElseThrow(() -> wrong("needs the argument '" + name + "'"));
  }

  Text requireText(int index, String name) {
    return asText(require(index, name), name);
  }

  Optional<Text> text(int index, String name) {
    return get(index, name).map(value -> asText(value, name));
  }

  Optional<Integer> integer(int index, String name) {
    return get(index, name)
        .map(value -> {
          if (value instanceof Value.Int number && Math.abs(number.value()) < 1 << 30) {
            return (int) number.value();
          }
          throw wrong("needs a number as '" + name + "'");
        });
  }

  TemplateException wrong(String problem) {
    return TemplateException.at(line, call + " " + problem);
  }

  private Text asText(Value value, String name) {
    if (value instanceof Text text) {
      return text;
    }
    throw wrong("needs a text as '" + name + "', not " + value.kind());
  }
}
