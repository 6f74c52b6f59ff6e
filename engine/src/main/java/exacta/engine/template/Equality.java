package exacta.engine.template;

import java.util.List;
import java.util.Map;

/** Python's equality, by which true is 1. Lists may share parts, so each look at one is charged. */
final class Equality {
  private static final int DEPTH_MAX = 100;

  private Equality() {}

  static boolean holds(Value left, Value right, Budget budget) {
    return holds(left, right, budget, 0);
  }

  private static boolean holds(Value left, Value right, Budget budget, int depth) {
    budget.charge(1);
    if (depth > DEPTH_MAX) {
      throw new TemplateException("lists nested more than " + DEPTH_MAX + " deep are compared");
    }
    return switch (left) {
      case Text text -> right instanceof Text other && equalTexts(text, other, budget);
      case Value.Int number -> equalNumbers(number, asInt(right));
      case Value.Real number -> equalNumbers(number, asInt(right));
      case Value.Bool bool -> equalNumbers(asInt(bool), asInt(right));
      case Value.None none -> right instanceof Value.None;
      case Value.Undefined undefined -> right instanceof Value.Undefined;
      case Value.Items items ->
          right instanceof Value.Items other && equalItems(items, other, budget, depth);
      case Value.Dict dict ->
          right instanceof Value.Dict other && equalEntries(dict, other, budget, depth);
      case Value.Namespace namespace -> namespace == right;
      case Value.Macro macro -> macro == right;
      case Value.Series series -> throw new TemplateException(series.kind() + " is compared");
      case Value.Safe safe -> throw new TemplateException(safe.kind() + " cannot be compared");
      case Value.Function function -> function == right;
      case Value.Method method -> false;
    };
  }

  private static boolean equalTexts(Text left, Text right, Budget budget) {
    budget.chargeScan(left);
    return left.chars().equals(right.chars());
  }

  private static boolean equalNumbers(Value left, Value right) {
    return Numbers.isNumber(right) && Numbers.compare(left, right) == 0;
  }

  private static Value asInt(Value value) {
    return value instanceof Value.Bool bool ? new Value.Int(bool.value() ? 1 : 0) : value;
  }

  private static boolean equalItems(Value.Items left, Value.Items right, Budget budget, int depth) {
    List<Value> first = left.values();
    List<Value> second = right.values();
    boolean equal = first.size() == second.size();
    for (int i = 0; equal && i < first.size(); i++) {
      equal = holds(first.get(i), second.get(i), budget, depth + 1);
    }
    return equal;
  }

  private static boolean equalEntries(Value.Dict left, Value.Dict right, Budget budget, int depth) {
    if (left.entries().size() != right.entries().size()) {
      return false;
    }
    for (Map.Entry<String, Value> entry : left.entries().entrySet()) {
      Value other = right.entries().get(entry.getKey());
      if (other == null || !holds(entry.getValue(), other, budget, depth + 1)) {
        return false;
      }
    }
    return true;
  }
}
