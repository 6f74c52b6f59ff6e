package exacta.engine.grammar;

import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** A JSON value as it was read. */
sealed interface JsonValue {
  /**
   * @param fields in the order of the text
   */
  record Fields(Map<String, JsonValue> fields) implements JsonValue {
    SortedSet<String> names() {
      return new TreeSet<>(fields.keySet());
    }
  }

  record Items(List<JsonValue> items) implements JsonValue {}

  record Text(String text) implements JsonValue {}

  /**
   * @param digits as in the text
   */
  record Number(String digits) implements JsonValue {}

  record Flag(boolean value) implements JsonValue {}

  record Null() implements JsonValue {}

  /** The one way in which a constant is written: no blanks, no needless escapes. */
  static void write(JsonValue value, StringBuilder out) {
    switch (value) {
      case Fields fields -> {
        String before = "{";
        for (Map.Entry<String, JsonValue> field : fields.fields().entrySet()) {
          out.append(before);
          write(field.getKey(), out);
          out.append(':');
          write(field.getValue(), out);
          before = ",";
        }
        out.append(fields.fields().isEmpty() ? "{}" : "}");
      }
      case Items items -> {
        String before = "[";
        for (JsonValue item : items.items()) {
          out.append(before);
          write(item, out);
          before = ",";
        }
        out.append(items.items().isEmpty() ? "[]" : "]");
      }
      case Text text -> write(text.text(), out);
      case Number number -> out.append(number.digits());
      case Flag flag -> out.append(flag.value());
      case Null _ -> out.append("null");
    }
  }

  private static void write(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> out.append(c < 0x20 ? "\\u%04x".formatted((int) c) : String.valueOf(c));
      }
    }
    out.append('"');
  }
}
