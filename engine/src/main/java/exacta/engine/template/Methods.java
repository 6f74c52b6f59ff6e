package exacta.engine.template;

import static exacta.engine.template.Value.Series.Nature.TUPLE;
import static exacta.engine.template.Value.Series.Nature.VIEW;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Python's methods of texts and dicts that templates use. */
final class Methods {
  private static final Set<String> OF_TEXT =
      Set.of(
          "strip",
          "lstrip",
          "rstrip",
          "split",
          "startswith",
          "endswith",
          "upper",
          "lower",
          "replace",
          "find");
  private static final Set<String> OF_DICT = Set.of("items", "keys", "values", "get");

  /** What Python has besides: it hides entries of the same name, and is refused when called. */
  private static final Set<String> OTHERS_OF_TEXT =
      Set.of(
          "capitalize",
          "casefold",
          "center",
          "count",
          "encode",
          "expandtabs",
          "format",
          "format_map",
          "index",
          "isalnum",
          "isalpha",
          "isascii",
          "isdecimal",
          "isdigit",
          "isidentifier",
          "islower",
          "isnumeric",
          "isprintable",
          "isspace",
          "istitle",
          "isupper",
          "join",
          "title",
          "ljust",
          "maketrans",
          "partition",
          "removeprefix",
          "removesuffix",
          "rfind",
          "rindex",
          "rjust",
          "rpartition",
          "rsplit",
          "splitlines",
          "swapcase",
          "translate",
          "zfill");

  private static final Set<String> OTHERS_OF_DICT =
      Set.of("clear", "copy", "fromkeys", "pop", "popitem", "setdefault", "update");
  private static final Set<String> OTHERS_OF_LIST =
      Set.of(
          "append", "clear", "copy", "count", "extend", "index", "insert", "pop", "remove",
          "reverse", "sort");

  private final Budget budget;

  Methods(Budget budget) {
    this.budget = budget;
  }

  static boolean has(Value target, String name) {
    return switch (target) {
      case Text text -> OF_TEXT.contains(name) || OTHERS_OF_TEXT.contains(name);
      case Value.Dict dict -> OF_DICT.contains(name) || OTHERS_OF_DICT.contains(name);
      case Value.Items items -> OTHERS_OF_LIST.contains(name);
      default -> false;
    };
  }

  Value call(Value.Method method, Arguments arguments) {
    if (!OF_TEXT.contains(method.name()) && !OF_DICT.contains(method.name())) {
      throw arguments.wrong("is not supported");
    }
    return switch (method.target()) {
      case Text text -> {
        budget.charge(text.chars().length());
        yield ofText(text, method.name(), arguments);
      }
      case Value.Dict dict -> {
        budget.charge(dict.entries().size());
        yield ofDict(dict, method.name(), arguments);
      }
      default -> throw arguments.wrong("cannot be called");
    };
  }

  private Value ofText(Text text, String name, Arguments arguments) {
    return switch (name) {
      case "strip" -> text.strip(unwanted(arguments, budget), true, true);
      case "lstrip" -> text.strip(unwanted(arguments, budget), true, false);
      case "rstrip" -> text.strip(unwanted(arguments, budget), false, true);
      case "startswith" ->
          new Value.Bool(
              text.chars()
                  .startsWith(arguments.allowing("prefix").requireText(0, "prefix").chars()));
      case "endswith" ->
          new Value.Bool(
              text.chars().endsWith(arguments.allowing("suffix").requireText(0, "suffix").chars()));
      case "upper" -> same(arguments, text.upper());
      case "lower" -> same(arguments, text.lower());
      case "find" ->
          find(text, new Needle(arguments.allowing("sub").requireText(0, "sub"), budget));
      case "replace" -> replace(text, arguments, budget);
      default -> split(text, arguments.allowing("sep", "maxsplit"));
    };
  }

  /** Also the filter of this name. */
  static Text replace(Text text, Arguments arguments, Budget budget) {
    arguments.allowing("old", "new", "count");
    Text old = arguments.requireText(0, "old");
    if (old.chars().isEmpty()) {
      throw arguments.wrong("needs a text to look for");
    }
    Text replacement = arguments.requireText(1, "new");
    long hits = text.chars().length() / old.chars().length();
    budget.charge(hits * replacement.chars().length());
    int countMax = arguments.integer(2, "count").filter(n -> n >= 0).orElse(Integer.MAX_VALUE);
    return budget.charged(text.replace(new Needle(old, budget), replacement, countMax));
  }

  private static Value find(Text text, Needle part) {
    int at = part.in(text.chars(), 0);
    return new Value.Int(at < 0 ? -1 : text.chars().codePointCount(0, at));
  }

  /** Also of the filter trim. */
  static Optional<String> unwanted(Arguments arguments, Budget budget) {
    return arguments.allowing("chars").text(0, "chars").map(budget::charged).map(Text::chars);
  }

  private static Text same(Arguments arguments, Text text) {
    arguments.allowing();
    return text;
  }

  private Value split(Text text, Arguments arguments) {
    Optional<Text> separator = arguments.text(0, "sep");
    int splitsMax = arguments.integer(1, "maxsplit").filter(n -> n >= 0).orElse(Integer.MAX_VALUE);
    if (separator.isEmpty()) {
      if (splitsMax < Integer.MAX_VALUE) {
        throw arguments.wrong("needs a separator where it has maxsplit");
      }
      return words(text);
    }
    if (separator.get().chars().isEmpty()) {
      throw arguments.wrong("needs a separator that is not empty");
    }
    Needle wanted = new Needle(separator.get(), budget);
    List<Value> parts = new ArrayList<>();
    int from = 0;
    int found = wanted.in(text.chars(), 0);
    while (found >= 0 && parts.size() < splitsMax) {
      budget.charge(Budget.OBJECT);
      parts.add(text.part(from, found));
      from = found + wanted.length();
      found = wanted.in(text.chars(), from);
    }
    parts.add(text.part(from, text.chars().length()));
    return new Value.Items(parts);
  }

  private Value words(Text text) {
    List<Value> words = new ArrayList<>();
    int from = 0;
    String chars = text.chars();
    while (from < chars.length()) {
      int to = from;
      while (to < chars.length() && !Text.isSpace(chars.charAt(to))) {
        to++;
      }
      if (to > from) {
        budget.charge(Budget.OBJECT);
        words.add(text.part(from, to));
      }
      from = to + 1;
    }
    return new Value.Items(words);
  }

  private Value ofDict(Value.Dict dict, String name, Arguments arguments) {
    return switch (name) {
      case "get" -> {
        arguments.allowing("key", "default");
        Value found = dict.entries().get(arguments.requireText(0, "key").chars());
        yield found != null ? found : arguments.get(1, "default").orElseGet(Value.None::new);
      }
      case "keys" -> new Value.Series(VIEW, keys(dict, budget));
      case "values" -> new Value.Series(VIEW, List.copyOf(dict.entries().values()));
      default -> new Value.Series(VIEW, items(dict, budget));
    };
  }

  static List<Value> keys(Value.Dict dict, Budget budget) {
    List<Value> keys = new ArrayList<>();
    dict.entries().keySet().forEach(key -> keys.add(budget.key(key)));
    return keys;
  }

  /** Pairs of key and value. */
  static List<Value> items(Value.Dict dict, Budget budget) {
    List<Value> pairs = new ArrayList<>();
    dict.entries()
        .forEach(
            (key, value) -> pairs.add(new Value.Series(TUPLE, List.of(budget.key(key), value))));
    return pairs;
  }
}
