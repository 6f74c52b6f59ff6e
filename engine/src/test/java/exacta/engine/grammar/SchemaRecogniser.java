package exacta.engine.grammar;

import exacta.engine.grammar.JsonValue.Fields;
import exacta.engine.grammar.JsonValue.Flag;
import exacta.engine.grammar.JsonValue.Items;
import exacta.engine.grammar.JsonValue.Text;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rules of constrained.md once more, as plainly as can be: for each beginning, all ends of what
 * fits. Texts are Unicode, not bytes.
 */
final class SchemaRecogniser {
  private static final Pattern SPACE = Pattern.compile("| |\n[ \t]{0,32}");
  private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]{0,15})");
  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]{0,15})(\\.[0-9]{1,16})?([eE][+-]?[0-9]{1,2})?");
  private static final Pattern CHARACTER =
      Pattern.compile(
          "[^\"\\\\\\x00-\\x1f]|\\\\[\"\\\\/bfnrt]|\\\\u(?![dD][89a-fA-F])[0-9a-fA-F]{4}"
              + "|\\\\u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2}");

  private final JsonValue root;
  private final String text;

  private SchemaRecogniser(JsonValue root, String text) {
    this.root = root;
    this.text = text;
  }

  static boolean fits(String schema, String text) {
    JsonValue root = JsonReader.read(schema);
    return new SchemaRecogniser(root, text).value(root, Set.of(0)).contains(text.length());
  }

  private static Set<Integer> each(Set<Integer> from, Function<Integer, Set<Integer>> ends) {
    Set<Integer> all = new TreeSet<>();
    from.forEach(at -> all.addAll(ends.apply(at)));
    return all;
  }

  private Set<Integer> literal(String expected, Set<Integer> from) {
    return each(
        from, at -> text.startsWith(expected, at) ? Set.of(at + expected.length()) : Set.of());
  }

  /** All ends of matches, by trying each length: a regex alone gives only its favourite. */
  private Set<Integer> pattern(Pattern pattern, Set<Integer> from) {
    return each(
        from,
        at -> {
          Set<Integer> ends = new TreeSet<>();
          for (int end = at; end <= Math.min(text.length(), at + 60); end++) {
            Matcher matcher = pattern.matcher(text).region(at, end);
            boolean whole = end == text.length() || !Character.isLowSurrogate(text.charAt(end));
            if (whole && matcher.matches()) {
              ends.add(end);
            }
          }
          return ends;
        });
  }

  private Set<Integer> value(JsonValue schema, Set<Integer> from) {
    if (from.isEmpty()) {
      return from;
    }
    if (schema instanceof Flag) {
      return any(from);
    }
    Map<String, JsonValue> fields = ((Fields) schema).fields();
    if (fields.get("$ref") instanceof Text pointer) {
      JsonValue target = root;
      for (String name : pointer.text().split("/")) {
        target = name.equals("#") ? target : ((Fields) target).fields().get(name);
      }
      return value(target, from);
    }
    Set<Integer> ends = new TreeSet<>();
    if (fields.get("anyOf") instanceof Items items) {
      items.items().forEach(item -> ends.addAll(value(item, from)));
    } else if (fields.get("enum") instanceof Items items) {
      items.items().forEach(item -> ends.addAll(constant(item, from)));
    } else if (fields.get("type") instanceof Items types) {
      types.items().forEach(type -> ends.addAll(typed(((Text) type).text(), fields, from)));
    } else if (fields.get("type") instanceof Text type) {
      ends.addAll(typed(type.text(), fields, from));
    } else {
      ends.addAll(any(from));
    }
    return ends;
  }

  private Set<Integer> constant(JsonValue value, Set<Integer> from) {
    StringBuilder written = new StringBuilder();
    JsonValue.write(value, written);
    return literal(written.toString(), from);
  }

  private Set<Integer> any(Set<Integer> from) {
    Set<Integer> ends = new TreeSet<>();
    for (String type : new String[] {"object", "array", "string", "number", "boolean", "null"}) {
      ends.addAll(typed(type, Map.of(), from));
    }
    return ends;
  }

  private Set<Integer> typed(String type, Map<String, JsonValue> fields, Set<Integer> from) {
    return switch (type) {
      case "object" ->
          fields.get("properties") instanceof Fields named
              ? properties(named, fields.get("required"), from)
              : list(
                  "{",
                  "}",
                  0,
                  1000,
                  at ->
                      value(
                          fields.getOrDefault("additionalProperties", new Flag(true)),
                          colon(string(0, 1000, at))),
                  from);
      case "array" ->
          list(
              "[",
              "]",
              bound(fields, "minItems", 0),
              bound(fields, "maxItems", 1000),
              at -> value(fields.getOrDefault("items", new Flag(true)), at),
              from);
      case "string" ->
          string(bound(fields, "minLength", 0), bound(fields, "maxLength", 1000), from);
      case "integer" -> pattern(INTEGER, from);
      case "number" -> pattern(NUMBER, from);
      case "boolean" -> pattern(Pattern.compile("true|false"), from);
      case "null" -> literal("null", from);
      default -> throw new AssertionError(type);
    };
  }

  private static int bound(Map<String, JsonValue> fields, String name, int otherwise) {
    return fields.get(name) instanceof JsonValue.Number number
        ? Integer.parseInt(number.digits())
        : otherwise;
  }

  private Set<Integer> string(int min, int max, Set<Integer> from) {
    Set<Integer> at = literal("\"", from);
    Set<Integer> ends = new TreeSet<>();
    for (int count = 0; count <= max && !at.isEmpty(); count++) {
      if (count >= min) {
        ends.addAll(literal("\"", at));
      }
      at = pattern(CHARACTER, at);
    }
    return ends;
  }

  private Set<Integer> colon(Set<Integer> from) {
    return pattern(SPACE, literal(":", from));
  }

  private Set<Integer> list(
      String begin,
      String end,
      int min,
      int max,
      Function<Set<Integer>, Set<Integer>> item,
      Set<Integer> from) {
    Set<Integer> at = pattern(SPACE, literal(begin, from));
    Set<Integer> ends = new TreeSet<>();
    if (min == 0) {
      ends.addAll(literal(end, at));
    }
    for (int count = 1; count <= max && !at.isEmpty(); count++) {
      at = item.apply(count == 1 ? at : pattern(SPACE, literal(",", at)));
      if (count >= min) {
        ends.addAll(literal(end, pattern(SPACE, at)));
      }
    }
    return ends;
  }

  private Set<Integer> properties(Fields named, JsonValue required, Set<Integer> from) {
    Set<Integer> none = pattern(SPACE, literal("{", from));
    Set<Integer> some = Set.of();
    for (Map.Entry<String, JsonValue> entry : named.fields().entrySet()) {
      Set<Integer> begins = new TreeSet<>(none);
      begins.addAll(pattern(SPACE, literal(",", some)));
      Set<Integer> taken =
          value(entry.getValue(), colon(constant(new Text(entry.getKey()), begins)));
      boolean needed =
          required instanceof Items items && items.items().contains(new Text(entry.getKey()));
      if (needed) {
        none = Set.of();
        some = taken;
      } else {
        Set<Integer> both = new TreeSet<>(some);
        both.addAll(taken);
        some = both;
      }
    }
    Set<Integer> ends = new TreeSet<>(literal("}", none));
    ends.addAll(literal("}", pattern(SPACE, some)));
    return ends;
  }
}
