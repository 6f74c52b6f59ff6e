package exacta.engine.template;

import java.util.ArrayList;
import java.util.List;

/** Operators of two values. */
final class Operators {
  private Operators() {}

  static Value apply(String operator, Value left, Value right, Evaluator evaluator, int line) {
    return switch (operator) {
      case "==" -> new Value.Bool(Equality.holds(left, right, evaluator.budget()));
      case "!=" -> new Value.Bool(!Equality.holds(left, right, evaluator.budget()));
      case "<" -> new Value.Bool(compare(operator, left, right, evaluator, line) < 0);
      case "<=" -> new Value.Bool(compare(operator, left, right, evaluator, line) <= 0);
      case ">" -> new Value.Bool(compare(operator, left, right, evaluator, line) > 0);
      case ">=" -> new Value.Bool(compare(operator, left, right, evaluator, line) >= 0);
      case "in" -> new Value.Bool(contains(right, left, evaluator, line));
      case "~" ->
          joined(evaluator.text(left, line), evaluator.text(right, line), evaluator.budget());
      case "+" -> plus(left, right, evaluator, line);
      default -> arithmetic(operator, left, right, line);
    };
  }

  static boolean contains(Value whole, Value part, Evaluator evaluator, int line) {
    return switch (whole) {
      case Text text when part instanceof Text other -> {
        evaluator.budget().charge(text.chars().length());
        yield new Needle(other, evaluator.budget()).in(text.chars(), 0) >= 0;
      }
      case Value.Dict dict when part instanceof Text key -> dict.entries().containsKey(key.chars());
      case Text text -> throw unsupported("in", part, whole, line);
      default ->
          evaluator.items(whole, line).stream()
              .anyMatch(item -> Equality.holds(item, part, evaluator.budget()));
    };
  }

  private static Text joined(Text left, Text right, Budget budget) {
    budget.charge(left.chars().length() + (long) right.chars().length());
    return left.plus(right);
  }

  private static Value plus(Value left, Value right, Evaluator evaluator, int line) {
    if (left instanceof Text first && right instanceof Text second) {
      return joined(first, second, evaluator.budget());
    }
    if (left instanceof Value.Items first && right instanceof Value.Items second) {
      evaluator.budget().charge(first.values().size() + (long) second.values().size());
      List<Value> both = new ArrayList<>(first.values());
      both.addAll(second.values());
      return new Value.Items(both);
    }
    return arithmetic("+", left, right, line);
  }

  private static Value arithmetic(String operator, Value left, Value right, int line) {
    if (!(left instanceof Value.Int first && right instanceof Value.Int second)) {
      throw unsupported(operator, left, right, line);
    }
    long a = first.value();
    long b = second.value();
    try {
      return new Value.Int(
          switch (operator) {
            case "+" -> Math.addExact(a, b);
            case "-" -> Math.subtractExact(a, b);
            case "*" -> Math.multiplyExact(a, b);
            case "//" -> Math.floorDiv(a, b);
            case "%" -> Math.floorMod(a, b);
            default -> throw unsupported(operator, left, right, line);
          });
    } catch (ArithmeticException e) {
      throw TemplateException.at(line, a + " " + operator + " " + b + " has no result");
    }
  }

  private static int compare(
      String operator, Value left, Value right, Evaluator evaluator, int line) {
    if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
      return Numbers.compare(left, right);
    }
    if (left instanceof Text first && right instanceof Text second) {
      evaluator.budget().chargeScan(first);
      return first.chars().compareTo(second.chars());
    }
    throw unsupported(operator, left, right, line);
  }

  private static TemplateException unsupported(String operator, Value left, Value right, int line) {
    return TemplateException.at(
        line,
        "the operator '" + operator + "' does not take " + left.kind() + " and " + right.kind());
  }
}
