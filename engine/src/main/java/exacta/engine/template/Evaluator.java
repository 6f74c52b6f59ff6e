package exacta.engine.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Evaluates expressions. */
final class Evaluator {
  /** Calls what a template has defined itself. */
  interface Macros {
    Text call(Value.Macro macro, Arguments arguments);
  }

  private final Budget budget;
  private final Macros macros;
  private final Filters filters;
  private final Methods methods;

  Evaluator(Budget budget, Macros macros) {
    this.budget = budget;
    this.macros = macros;
    this.filters = new Filters(this, budget);
    this.methods = new Methods(budget);
  }

  Value evaluate(Expression expression, Scope scope) {
    budget.enter();
    Value value = valueOf(expression, scope);
    budget.leave();
    return value;
  }

  private Value valueOf(Expression expression, Scope scope) {
    return switch (expression) {
      case Expression.Literal literal -> literal.value();
      case Expression.ListOf list -> {
        budget.charge(Budget.OBJECT);
        List<Value> values = new ArrayList<>();
        list.items().forEach(item -> values.add(evaluate(item, scope)));
        yield new Value.Items(values);
      }
      case Expression.DictOf dict -> dict(dict, scope);
      case Expression.Name name -> scope.get(name.name());
      case Expression.Attribute attribute ->
          attribute(evaluate(attribute.target(), scope), attribute.name(), attribute.line());
      case Expression.Subscript subscript ->
          subscript(
              evaluate(subscript.target(), scope),
              evaluate(subscript.index(), scope),
              subscript.line());
      case Expression.Slice slice -> slice(slice, scope);
      case Expression.Call call -> call(call, scope);
      case Expression.Filter filter ->
          filters.apply(
              filter.name(),
              evaluate(filter.target(), scope),
              arguments(
                  "the filter '" + filter.name() + "'", filter.arguments(), filter.line(), scope));
      case Expression.Test test -> test(test, scope);
      case Expression.Not not -> new Value.Bool(!evaluate(not.target(), scope).isTrue());
      case Expression.Negative negative ->
          Operators.apply(
              "-", new Value.Int(0), evaluate(negative.target(), scope), this, negative.line());
      case Expression.And and -> {
        Value left = evaluate(and.left(), scope);
        yield left.isTrue() ? evaluate(and.right(), scope) : left;
      }
      case Expression.Or or -> {
        Value left = evaluate(or.left(), scope);
        yield left.isTrue() ? left : evaluate(or.right(), scope);
      }
      case Expression.Binary binary -> {
        Value left = evaluate(binary.left(), scope);
        Value right = evaluate(binary.right(), scope);
        yield Operators.apply(binary.operator(), left, right, this, binary.line());
      }
      case Expression.Conditional conditional -> conditional(conditional, scope);
    };
  }

  Budget budget() {
    return budget;
  }

  /** As output and {@code ~} show a value. */
  Text text(Value value, int line) {
    return switch (value) {
      case Text text -> text;
      case Value.Safe safe -> safe.text();
      case Value.Items items -> Representation.of(items, budget, line);
      case Value.Series series -> Representation.of(series, budget, line);
      case Value.Dict dict -> Representation.of(dict, budget, line);
      case Value.Namespace namespace -> throw unshown(namespace, line);
      case Value.Macro macro -> throw unshown(macro, line);
      case Value.Function function -> throw unshown(function, line);
      case Value.Method method -> throw unshown(method, line);
      default -> plain(value);
    };
  }

  private static TemplateException unshown(Value value, int line) {
    return TemplateException.at(line, value.kind() + " cannot be shown as text");
  }

  /**
   * Numbers and the like as text. It may come from the data or be computed from it, so it counts as
   * data.
   */
  static Text plain(Value value) {
    return switch (value) {
      case Value.Int number -> Text.ofData(Long.toString(number.value()));
      case Value.Real number -> Text.ofData(Numbers.text(number.value()));
      case Value.Bool bool -> Text.ofData(bool.value() ? "True" : "False");
      case Value.None none -> Text.ofData("None");
      default -> Text.EMPTY;
    };
  }

  /** What a loop runs over. */
  List<Value> items(Value value, int line) {
    List<Value> items =
        switch (value) {
          case Value.Items list -> list.values();
          case Value.Series series -> values(series, line);
          case Value.Dict dict -> Methods.keys(dict, budget);
          case Text text -> codePoints(text);
          case Value.Undefined undefined -> List.of();
          default -> throw TemplateException.at(line, value.kind() + " has no items");
        };
    budget.charge(items.size());
    return items;
  }

  private static List<Value> values(Value.Series series, int line) {
    if (series.nature() == Value.Series.Nature.GENERATOR && series.used().getAndSet(true)) {
      throw TemplateException.at(line, "a generator is used a second time");
    }
    return series.values();
  }

  /** Methods win over the entries of a dict, as in Python. */
  Value attribute(Value target, String name, int line) {
    if (target instanceof Value.Undefined undefined) {
      throw TemplateException.at(line, "'" + undefined.name() + "' is undefined");
    }
    if (Methods.has(target, name)) {
      return new Value.Method(target, name);
    }
    return entry(target, name).orElseGet(() -> new Value.Undefined(name));
  }

  private static Optional<Value> entry(Value target, String name) {
    return switch (target) {
      case Value.Dict dict -> Optional.ofNullable(dict.entries().get(name));
      case Value.Namespace namespace -> Optional.ofNullable(namespace.entries().get(name));
      default -> Optional.empty();
    };
  }

  private Value subscript(Value target, Value index, int line) {
    if (index instanceof Text key) {
      return target instanceof Value.Dict
          ? entry(target, key.chars()).orElseGet(() -> attribute(target, key.chars(), line))
          : attribute(target, key.chars(), line);
    }
    if (target instanceof Value.Undefined undefined) {
      throw TemplateException.at(line, "'" + undefined.name() + "' is undefined");
    }
    long number =
        switch (index) {
          case Value.Int whole -> whole.value();
          case Value.Bool bool -> bool.value() ? 1 : 0;
          default -> Long.MAX_VALUE;
        };
    return switch (target) {
      case Value.Items items -> item(items.values(), number);
      case Value.Series series when series.isIndexed() -> item(series.values(), number);
      case Text text -> {
        budget.chargeScan(text);
        long at = number < 0 ? number + text.codePointCount() : number;
        yield at < 0 || at >= text.codePointCount()
            ? new Value.Undefined("item " + number)
            : text.codePoint((int) at);
      }
      default -> new Value.Undefined("an item by " + index.kind());
    };
  }

  private static Value item(List<Value> items, long number) {
    long at = number < 0 ? number + items.size() : number;
    return at < 0 || at >= items.size()
        ? new Value.Undefined("item " + number)
        : items.get((int) at);
  }

  private Value slice(Expression.Slice slice, Scope scope) {
    Value target = evaluate(slice.target(), scope);
    int length =
        switch (target) {
          case Text text -> codePointCount(text);
          case Value.Items items -> items.values().size();
          default -> throw TemplateException.at(slice.line(), target.kind() + " cannot be sliced");
        };
    long step = bound(slice.step(), 1, slice.line(), scope);
    if (step == 0) {
      throw TemplateException.at(slice.line(), "the step of a slice is 0");
    }
    long from =
        clamp(bound(slice.from(), step > 0 ? 0 : length - 1L, slice.line(), scope), length, step);
    long to =
        slice.to().isPresent()
            ? clamp(bound(slice.to(), 0, slice.line(), scope), length, step)
            : step > 0 ? length : -1;
    if (target instanceof Text text && step == 1) {
      return part(text, (int) from, (int) to);
    }
    List<Value> items = items(target, slice.line());
    List<Value> kept = new ArrayList<>();
    for (long i = from; step > 0 ? i < to : i > to; i += step) {
      kept.add(items.get((int) i));
    }
    if (!(target instanceof Text)) {
      return new Value.Items(kept);
    }
    TextBuilder out = new TextBuilder();
    kept.forEach(part -> out.append((Text) part));
    return budget.charged(out.toText());
  }

  private int codePointCount(Text text) {
    budget.chargeScan(text);
    return text.codePointCount();
  }

  /** Characters by their numbers, counted in code points. */
  private Text part(Text text, int from, int to) {
    int start = text.chars().offsetByCodePoints(0, from);
    int end = text.chars().offsetByCodePoints(start, Math.max(0, to - from));
    return budget.charged(text.part(start, end));
  }

  private long bound(Optional<Expression> bound, long otherwise, int line, Scope scope) {
    if (bound.isEmpty()) {
      return otherwise;
    }
    return switch (evaluate(bound.get(), scope)) {
      case Value.Int number when Math.abs(number.value()) < 1 << 30 -> number.value();
      case Value.None none -> otherwise;
      case Value other -> throw TemplateException.at(line, other.kind() + " cannot be in a slice");
    };
  }

  /** Python's: negative bounds count from the end, and all are cut to what is there. */
  private static long clamp(long bound, int length, long step) {
    long at = bound < 0 ? bound + length : bound;
    return step > 0 ? Math.clamp(at, 0, length) : Math.clamp(at, -1, length - 1);
  }

  private Value dict(Expression.DictOf dict, Scope scope) {
    budget.charge(Budget.OBJECT * (1 + dict.keys().size()));
    Map<String, Value> entries = new LinkedHashMap<>();
    for (int i = 0; i < dict.keys().size(); i++) {
      if (!(evaluate(dict.keys().get(i), scope) instanceof Text key)) {
        throw new TemplateException("the keys of a dict are texts");
      }
      entries.put(key.chars(), evaluate(dict.values().get(i), scope));
    }
    return new Value.Dict(entries);
  }

  private Value conditional(Expression.Conditional conditional, Scope scope) {
    if (evaluate(conditional.condition(), scope).isTrue()) {
      return evaluate(conditional.then(), scope);
    }
    return conditional.otherwise().isPresent()
        ? evaluate(conditional.otherwise().get(), scope)
        : new Value.Undefined("the other case");
  }

  private Value test(Expression.Test test, Scope scope) {
    Value target = evaluate(test.target(), scope);
    List<Value> arguments = new ArrayList<>();
    test.arguments().forEach(argument -> arguments.add(evaluate(argument, scope)));
    return new Value.Bool(Tests.holds(test.name(), target, arguments, this, test.line()));
  }

  private Value call(Expression.Call call, Scope scope) {
    Value target = callee(call.target(), scope);
    Arguments arguments = arguments(target.kind(), call.arguments(), call.line(), scope);
    return switch (target) {
      case Value.Method method -> methods.call(method, arguments);
      case Value.Macro macro -> macros.call(macro, arguments);
      case Value.Function function ->
          switch (function) {
            case RAISE_EXCEPTION ->
                throw new TemplateException(arguments.requireText(0, "message").chars());
            case NAMESPACE -> new Value.Namespace(new LinkedHashMap<>(arguments.named()));
            case RANGE -> range(arguments);
            case STRFTIME_NOW -> Dates.text(arguments, budget);
          };
      default -> throw TemplateException.at(call.line(), target.kind() + " cannot be called");
    };
  }

  private Value callee(Expression target, Scope scope) {
    Value value = evaluate(target, scope);
    boolean clock =
        target instanceof Expression.Name name
            && name.name().equals("strftime_now")
            && value instanceof Value.Undefined;
    return clock ? Value.Function.STRFTIME_NOW : value;
  }

  private Value range(Arguments arguments) {
    arguments.allowing("start", "stop", "step");
    boolean one = arguments.positional().size() == 1;
    long from = one ? 0 : arguments.integer(0, "start").orElse(0);
    long to = arguments.integer(one ? 0 : 1, "stop").orElse(0);
    long step = arguments.integer(2, "step").orElse(1);
    if (step == 0) {
      throw arguments.wrong("has a step of 0");
    }
    List<Value> numbers = new ArrayList<>();
    for (long i = from; step > 0 ? i < to : i > to; i += step) {
      budget.charge(1);
      numbers.add(new Value.Int(i));
    }
    return new Value.Series(Value.Series.Nature.RANGE, numbers);
  }

  private Arguments arguments(
      String call, List<Expression.Argument> arguments, int line, Scope scope) {
    List<Value> positional = new ArrayList<>();
    Map<String, Value> named = new LinkedHashMap<>();
    for (Expression.Argument argument : arguments) {
      Value value = evaluate(argument.value(), scope);
      argument.name().ifPresentOrElse(name -> named.put(name, value), () -> positional.add(value));
    }
    return new Arguments(call, positional, named, line);
  }

  private List<Value> codePoints(Text text) {
    budget.charge(Budget.OBJECT * text.chars().length());
    List<Value> parts = new ArrayList<>();
    int from = 0;
    while (from < text.chars().length()) {
      int to = text.chars().offsetByCodePoints(from, 1);
      parts.add(text.part(from, to));
      from = to;
    }
    return parts;
  }
}
