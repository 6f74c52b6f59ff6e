package exacta.engine.template;

import static exacta.engine.template.Value.Series.Nature.GENERATOR;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What can stand behind {@code |}. */
final class Filters {
  private static final Set<String> KNOWN =
      Set.of(
          "trim",
          "length",
          "count",
          "default",
          "d",
          "upper",
          "lower",
          "capitalize",
          "replace",
          "tojson",
          "join",
          "first",
          "last",
          "string",
          "list",
          "items",
          "reverse",
          "map",
          "safe",
          "select",
          "reject",
          "selectattr",
          "rejectattr");

  private final Evaluator evaluator;
  private final Budget budget;

  Filters(Evaluator evaluator, Budget budget) {
    this.evaluator = evaluator;
    this.budget = budget;
  }

  static void requireKnown(String name, int line) {
    if (!KNOWN.contains(name)) {
      throw TemplateException.at(line, "the filter '" + name + "' is not supported");
    }
  }

  Value apply(String name, Value value, Arguments arguments) {
    int line = arguments.line();
    return switch (name) {
      case "default", "d" -> defaulted(value, arguments);
      case "length", "count" -> new Value.Int(length(value, arguments));
      case "trim" -> textOf(value, line).strip(Methods.unwanted(arguments, budget), true, true);
      case "upper" -> budget.charged(textOf(value, line).upper());
      case "lower" -> budget.charged(textOf(value, line).lower());
      case "capitalize" -> capitalize(budget.charged(textOf(value, line)));
      case "replace" -> Methods.replace(textOf(value, line), arguments, budget);
      case "string" -> textOf(value, line);
      case "tojson" -> Json.text(value, arguments.allowing("indent"), budget);
      case "join" -> join(value, arguments);
      case "first", "last" -> end(value, name, line);
      case "list" -> new Value.Items(evaluator.items(value, line));
      case "items" -> items(value, arguments);
      case "reverse" -> reverse(value, line);
      case "map" -> map(value, arguments);
      case "safe" -> new Value.Safe(textOf(value, line));
      case "select", "reject" -> selectItems(value, arguments, name.equals("select"));
      default -> select(value, arguments, name.equals("selectattr"));
    };
  }

  private Text textOf(Value value, int line) {
    Text text = evaluator.text(value, line);
    budget.charge(text.chars().length());
    return text;
  }

  private static Value defaulted(Value value, Arguments arguments) {
    arguments.allowing("default_value", "boolean");
    boolean falseToo = arguments.get(1, "boolean").map(Value::isTrue).orElse(false);
    boolean missing = value instanceof Value.Undefined || falseToo && !value.isTrue();
    return missing ? arguments.get(0, "default_value").orElse(Text.EMPTY) : value;
  }

  private long length(Value value, Arguments arguments) {
    return switch (value) {
      case Text text -> {
        budget.chargeScan(text);
        yield text.codePointCount();
      }
      case Value.Items items -> items.values().size();
      case Value.Series series when series.nature() != GENERATOR -> series.values().size();
      case Value.Dict dict -> dict.entries().size();
      case Value.Undefined undefined -> 0;
      default -> throw arguments.wrong("does not take " + value.kind());
    };
  }

  private static Text capitalize(Text text) {
    if (text.chars().isEmpty()) {
      return text;
    }
    int first = text.chars().offsetByCodePoints(0, 1);
    return text.part(0, first).upper().plus(text.part(first, text.chars().length()).lower());
  }

  private Value join(Value value, Arguments arguments) {
    Text separator = arguments.allowing("d").text(0, "d").orElse(Text.EMPTY);
    TextBuilder out = new TextBuilder();
    boolean first = true;
    for (Value item : evaluator.items(value, arguments.line())) {
      if (!first) {
        out.append(budget.charged(separator));
      }
      first = false;
      out.append(textOf(item, arguments.line()));
    }
    return out.toText();
  }

  private Value end(Value value, String name, int line) {
    if (name.equals("last") && value instanceof Value.Series series && !series.isIndexed()) {
      throw TemplateException.at(line, "the filter 'last' does not take " + value.kind());
    }
    List<Value> items = evaluator.items(value, line);
    if (items.isEmpty()) {
      return new Value.Undefined("the " + name + " item");
    }
    return name.equals("first") ? items.getFirst() : items.getLast();
  }

  private Value items(Value value, Arguments arguments) {
    return switch (value) {
      case Value.Dict dict -> new Value.Series(GENERATOR, Methods.items(dict, budget));
      case Value.Undefined undefined -> new Value.Series(GENERATOR, List.of());
      default -> throw arguments.wrong("does not take " + value.kind());
    };
  }

  private Value reverse(Value value, int line) {
    List<Value> reversed = evaluator.items(value, line).reversed();
    if (!(value instanceof Text)) {
      return new Value.Series(GENERATOR, List.copyOf(reversed));
    }
    TextBuilder out = new TextBuilder();
    reversed.forEach(part -> out.append((Text) part));
    return out.toText();
  }

  private Value map(Value value, Arguments arguments) {
    String attribute =
        arguments.allowing("attribute").named().containsKey("attribute")
            ? arguments.requireText(0, "attribute").chars()
            : "";
    if (attribute.isEmpty()) {
      throw arguments.wrong("is supported with 'attribute' only");
    }
    List<Value> mapped = new ArrayList<>();
    for (Value item : itemsIfTrue(value, arguments)) {
      mapped.add(evaluator.attribute(item, attribute, arguments.line()));
    }
    return new Value.Series(GENERATOR, mapped);
  }

  /** Whatever is not true has no items for the filters that choose or change items. */
  private List<Value> itemsIfTrue(Value value, Arguments arguments) {
    return value.isTrue() ? evaluator.items(value, arguments.line()) : List.of();
  }

  private Value selectItems(Value value, Arguments arguments, boolean wanted) {
    arguments.allowing("test", "argument");
    List<Value> kept = new ArrayList<>();
    for (Value item : itemsIfTrue(value, arguments)) {
      if (passes(item, arguments, 0) == wanted) {
        kept.add(item);
      }
    }
    return new Value.Series(GENERATOR, kept);
  }

  private Value select(Value value, Arguments arguments, boolean wanted) {
    arguments.allowing("attribute", "test", "argument");
    String attribute = arguments.requireText(0, "attribute").chars();
    List<Value> kept = new ArrayList<>();
    for (Value item : itemsIfTrue(value, arguments)) {
      Value tested = evaluator.attribute(item, attribute, arguments.line());
      if (passes(tested, arguments, 1) == wanted) {
        kept.add(item);
      }
    }
    return new Value.Series(GENERATOR, kept);
  }

  /** By the test that the arguments name from this index on, or else by being true. */
  private boolean passes(Value value, Arguments arguments, int index) {
    Optional<Text> test = arguments.text(index, "test");
    if (test.isEmpty()) {
      return value.isTrue();
    }
    Tests.requireKnown(test.get().chars(), arguments.line());
    return Tests.holds(
        test.get().chars(),
        value,
        arguments.get(index + 1, "argument").stream().toList(),
        evaluator,
        arguments.line());
  }
}
