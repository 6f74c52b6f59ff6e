package exacta.engine.template;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Variables of the template or of one turn of a loop; what a loop sets ends with the turn. */
final class Scope {
  private final Map<String, Value> variables = new HashMap<>();
  private final Optional<Scope> outer;

  Scope(Optional<Scope> outer) {
    this.outer = outer;
  }

  Scope inner() {
    return new Scope(Optional.of(this));
  }

  void set(String name, Value value) {
    variables.put(name, value);
  }

  Value get(String name) {
    Value value = variables.get(name);
    if (value != null) {
      return value;
    }
    return outer.map(scope -> scope.get(name)).orElseGet(() -> new Value.Undefined(name));
  }
}
