package exacta.engine.template;

import java.util.List;
import java.util.Set;

/** What can stand behind {@code is}. */
final class Tests {
  private static final Set<String> WITHOUT_ARGUMENT =
      Set.of(
          "defined",
          "undefined",
          "none",
          "string",
          "number",
          "integer",
          "float",
          "boolean",
          "true",
          "false",
          "mapping",
          "sequence",
          "iterable",
          "odd",
          "even");
  private static final Set<String> WITH_ARGUMENT =
      Set.of("eq", "equalto", "ne", "in", "divisibleby");

  private Tests() {}

  static void requireKnown(String name, int line) {
    if (!WITHOUT_ARGUMENT.contains(name) && !WITH_ARGUMENT.contains(name)) {
      throw TemplateException.at(line, "the test '" + name + "' is not supported");
    }
  }

  static boolean takesArgument(String name) {
    return WITH_ARGUMENT.contains(name);
  }

  static boolean holds(
      String name, Value value, List<Value> arguments, Evaluator evaluator, int line) {
    if (arguments.size() != (takesArgument(name) ? 1 : 0)) {
      throw TemplateException.at(line, "the test '" + name + "' has the wrong number of arguments");
    }
    return switch (name) {
      case "defined" -> !(value instanceof Value.Undefined);
      case "undefined" -> value instanceof Value.Undefined;
      case "none" -> value instanceof Value.None;
      case "string" -> value instanceof Text || value instanceof Value.Safe;
      case "number" -> Numbers.isNumber(value) || value instanceof Value.Bool;
      case "float" -> value instanceof Value.Real;
      case "integer" -> value instanceof Value.Int;
      case "boolean" -> value instanceof Value.Bool;
      case "true" -> value instanceof Value.Bool bool && bool.value();
      case "false" -> value instanceof Value.Bool bool && !bool.value();
      case "mapping" -> value instanceof Value.Dict;
      case "sequence" -> isSequence(value);
      case "iterable" -> isSequence(value) || value instanceof Value.Series;
      case "odd" -> number(name, value, line) % 2 != 0;
      case "even" -> number(name, value, line) % 2 == 0;
      case "divisibleby" -> {
        long divisor = number(name, arguments.getFirst(), line);
        if (divisor == 0) {
          throw TemplateException.at(line, "nothing is divisible by 0");
        }
        yield number(name, value, line) % divisor == 0;
      }
      case "ne" -> !Equality.holds(value, arguments.getFirst(), evaluator.budget());
      case "in" -> Operators.contains(arguments.getFirst(), value, evaluator, line);
      default -> Equality.holds(value, arguments.getFirst(), evaluator.budget());
    };
  }

  private static boolean isSequence(Value value) {
    return value instanceof Value.Items
        || value instanceof Text
        || value instanceof Value.Safe
        || value instanceof Value.Dict
        || value instanceof Value.Undefined
        || value instanceof Value.Series series && series.isIndexed();
  }

  private static long number(String name, Value value, int line) {
    if (value instanceof Value.Int number) {
      return number.value();
    }
    throw TemplateException.at(line, "the test '" + name + "' needs a number, not " + value.kind());
  }
}
