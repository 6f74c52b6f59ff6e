package exacta.engine.template;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes values as Python's {@code json.dumps} does with {@code ensure_ascii=False}. */
final class Json {
  private static final int INDENT_MAX = 16;
  private static final int DEPTH_MAX = 100;

  private final Arguments arguments;
  private final Optional<Integer> indent;
  private final Budget budget;
  private final TextBuilder out = new TextBuilder();

  private Json(Arguments arguments, Budget budget) {
    this.arguments = arguments;
    this.indent = arguments.integer(0, "indent");
    this.budget = budget;
    if (indent.isPresent() && (indent.get() < 0 || indent.get() > INDENT_MAX)) {
      throw arguments.wrong("takes an indent of 0 to " + INDENT_MAX);
    }
  }

  static Text text(Value value, Arguments arguments, Budget budget) {
    Json json = new Json(arguments, budget);
    json.write(value, 0);
    return json.out.toText();
  }

  private void write(Value value, int depth) {
    if (depth > DEPTH_MAX) {
      throw arguments.wrong("takes nothing nested more than " + DEPTH_MAX + " deep");
    }
    switch (value) {
      case Text text -> string(text);
      case Value.Int number -> data(Long.toString(number.value()));
      case Value.Real number -> data(Numbers.text(number.value()));
      case Value.Bool bool -> data(bool.value() ? "true" : "false");
      case Value.None none -> data("null");
      case Value.Items items -> list(items.values(), depth);
      case Value.Series series when series.nature() == Value.Series.Nature.TUPLE ->
          list(series.values(), depth);
      case Value.Dict dict -> dict(dict, depth);
      default -> throw arguments.wrong("does not take " + value.kind());
    }
  }

  private void list(List<Value> items, int depth) {
    own("[");
    boolean first = true;
    for (Value item : items) {
      separate(first, depth + 1);
      first = false;
      write(item, depth + 1);
    }
    close(first, depth, "]");
  }

  private void dict(Value.Dict dict, int depth) {
    own("{");
    boolean first = true;
    for (Map.Entry<String, Value> entry : dict.entries().entrySet()) {
      separate(first, depth + 1);
      first = false;
      string(Text.ofData(entry.getKey()));
      own(": ");
      write(entry.getValue(), depth + 1);
    }
    close(first, depth, "}");
  }

  private void separate(boolean first, int depth) {
    if (indent.isPresent()) {
      own(first ? "\n" : ",\n");
      own(" ".repeat(indent.get() * depth));
    } else if (!first) {
      own(", ");
    }
  }

  private void close(boolean empty, int depth, String bracket) {
    if (indent.isPresent() && !empty) {
      own("\n" + " ".repeat(indent.get() * depth));
    }
    own(bracket);
  }

  /** An escape counts as the character it stands for, where origins are concerned. */
  private void string(Text text) {
    own("\"");
    for (int i = 0; i < text.chars().length(); i++) {
      String escaped = escaped(text.chars().charAt(i));
      String origin = text.origins().substring(i, i + 1).repeat(escaped.length());
      out.append(budget.charged(new Text(escaped, origin)));
    }
    own("\"");
  }

  private static String escaped(char c) {
    return switch (c) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '\b' -> "\\b";
      case '\f' -> "\\f";
      default -> c < 0x20 ? String.format("\\u%04x", (int) c) : String.valueOf(c);
    };
  }

  private void data(String text) {
    out.append(budget.charged(Text.ofData(text)));
  }

  private void own(String text) {
    out.append(budget.charged(Text.ofTemplate(text)));
  }
}
