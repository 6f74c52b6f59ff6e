package exacta.engine.template;

import java.util.List;
import java.util.Map;

/** Lists, tuples and dicts as Python's {@code repr} writes them. */
final class Representation {
  private static final int DEPTH_MAX = 100;

  private final Budget budget;
  private final int line;
  private final TextBuilder out = new TextBuilder();

  private Representation(Budget budget, int line) {
    this.budget = budget;
    this.line = line;
  }

  static Text of(Value value, Budget budget, int line) {
    Representation representation = new Representation(budget, line);
    representation.write(value, 0);
    return representation.out.toText();
  }

  private void write(Value value, int depth) {
    if (depth > DEPTH_MAX) {
      throw TemplateException.at(line, "a list nested more than " + DEPTH_MAX + " deep is shown");
    }
    switch (value) {
      case Text text -> string(text);
      case Value.Items items -> list("[", items.values(), "]", depth);
      case Value.Series series
          when series.nature() == Value.Series.Nature.TUPLE && series.values().size() > 1 ->
          list("(", series.values(), ")", depth);
      case Value.Dict dict -> {
        own("{");
        String separator = "";
        for (Map.Entry<String, Value> entry : dict.entries().entrySet()) {
          own(separator);
          separator = ", ";
          string(Text.ofData(entry.getKey()));
          own(": ");
          write(entry.getValue(), depth + 1);
        }
        own("}");
      }
      case Value.Int number -> out.append(budget.charged(Evaluator.plain(number)));
      case Value.Real number -> out.append(budget.charged(Evaluator.plain(number)));
      case Value.Bool bool -> out.append(budget.charged(Evaluator.plain(bool)));
      case Value.None none -> out.append(budget.charged(Evaluator.plain(none)));
      default -> throw TemplateException.at(line, value.kind() + " cannot be shown as text");
    }
  }

  private void list(String opening, List<Value> items, String closing, int depth) {
    own(opening);
    String separator = "";
    for (Value item : items) {
      own(separator);
      separator = ", ";
      write(item, depth + 1);
    }
    own(closing);
  }

  /** In single quotes, unless double ones need fewer escapes. */
  private void string(Text text) {
    String chars = text.chars();
    char quote = chars.indexOf('\'') >= 0 && chars.indexOf('"') < 0 ? '"' : '\'';
    own(String.valueOf(quote));
    int i = 0;
    while (i < chars.length()) {
      int c = chars.codePointAt(i);
      String escaped = escaped(c, quote);
      out.append(
          budget.charged(
              new Text(escaped, text.origins().substring(i, i + 1).repeat(escaped.length()))));
      i += Character.charCount(c);
    }
    own(String.valueOf(quote));
  }

  private static String escaped(int c, char quote) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '\\' -> "\\\\";
      default -> {
        if (c == quote) {
          yield "\\" + quote;
        }
        if (isPrintable(c)) {
          yield Character.toString(c);
        }
        yield c < 0x100
            ? String.format("\\x%02x", c)
            : c < 0x10000 ? String.format("\\u%04x", c) : String.format("\\U%08x", c);
      }
    };
  }

  /** Python's {@code str.isprintable}. */
  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }

  private void own(String text) {
    out.append(budget.charged(Text.ofTemplate(text)));
  }
}
