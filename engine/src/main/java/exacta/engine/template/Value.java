package exacta.engine.template;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** What an expression evaluates to. */
sealed interface Value permits Text, Value.Simple {
  /** Everything but text. */
  sealed interface Simple extends Value {}

  record Int(long value) implements Simple {}

  /** A number with a fraction or an exponent. */
  record Real(double value) implements Simple {}

  record Bool(boolean value) implements Simple {}

  record None() implements Simple {}

  /** A name, attribute or item that is not there; only tests, output and truth may touch it. */
  record Undefined(String name) implements Simple {}

  record Items(List<Value> values) implements Simple {}

  /**
   * What Python has besides lists, and what acts like one in part.
   *
   * @param used whether a generator has given its items: it does so once
   */
  record Series(Nature nature, List<Value> values, AtomicBoolean used) implements Simple {
    enum Nature {
      TUPLE,
      RANGE,
      /** Of a dict: its keys, values, or pairs. */
      VIEW,
      /** What most filters of lists give. */
      GENERATOR
    }

    Series(Nature nature, List<Value> values) {
      this(nature, values, new AtomicBoolean());
    }

    boolean isIndexed() {
      return nature == Nature.TUPLE || nature == Nature.RANGE;
    }
  }

  /** In the order of insertion. */
  record Dict(Map<String, Value> entries) implements Simple {}

  /** The one thing that can be changed, so that a loop can hand something on. */
  record Namespace(Map<String, Value> entries) implements Simple {}

  /** What a template defined itself, and where: it sees the names that are known there. */
  record Macro(Statement.Macro definition, Scope scope) implements Simple {}

  /**
   * A text that counts as Markup in Python, which treats it in other ways than a text. It can only
   * be shown, and asked for what it is.
   */
  record Safe(Text text) implements Simple {}

  /** What a template can call without a value in front of it. */
  enum Function implements Simple {
    RAISE_EXCEPTION,
    NAMESPACE,
    RANGE,
    /** Not known by its name, so that templates which ask for it do without a clock. */
    STRFTIME_NOW
  }

  record Method(Value target, String name) implements Simple {}

  /** Python's truth. */
  default boolean isTrue() {
    return switch (this) {
      case Text text -> !text.chars().isEmpty();
      case Int number -> number.value() != 0;
      case Real number -> number.value() != 0;
      case Bool bool -> bool.value();
      case None none -> false;
      case Undefined undefined -> false;
      case Items items -> !items.values().isEmpty();
      case Series series ->
          series.nature() == Series.Nature.GENERATOR || !series.values().isEmpty();
      case Dict dict -> !dict.entries().isEmpty();
      case Namespace namespace -> true;
      case Macro macro -> true;
      case Safe safe -> safe.text().isTrue();
      case Function function -> true;
      case Method method -> true;
    };
  }

  /** What messages call it. */
  default String kind() {
    return switch (this) {
      case Text text -> "a text";
      case Int number -> "a number";
      case Real number -> "a number";
      case Bool bool -> "a truth value";
      case None none -> "none";
      case Undefined undefined -> "'" + undefined.name() + "', which is undefined,";
      case Items items -> "a list";
      case Series series -> "a " + series.nature().name().toLowerCase(Locale.ROOT);
      case Dict dict -> "a dict";
      case Namespace namespace -> "a namespace";
      case Macro macro -> "the macro '" + macro.definition().name() + "'";
      case Safe safe -> "a text marked as safe";
      case Function function -> "a function";
      case Method method -> "the method '" + method.name() + "'";
    };
  }
}
