package exacta.engine.grammar;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads JSON strictly (RFC 8259): no name twice, valid Unicode, bounded depth. What is wrong is an
 * {@link IllegalArgumentException} that says where.
 */
final class JsonReader {
  private static final int DEPTH_MAX = 64;

  private static final Pattern NUMBER =
      Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");

  private static final String ESCAPES = "\"\\/bfnrt";
  private static final String ESCAPED = "\"\\/\b\f\n\r\t";

  private final String text;
  private int at;

  private JsonReader(String text) {
    this.text = text;
  }

  static JsonValue read(String text) {
    JsonReader reader = new JsonReader(text);
    JsonValue value = reader.value(0);
    reader.skipBlanks();
    if (reader.at < text.length()) {
      throw reader.wrong("nothing should follow the value");
    }
    return value;
  }

  /**
   * Reads what comes next.
   *
   * @param depth of the arrays and objects around it
   */
  private JsonValue value(int depth) {
    skipBlanks();
    return switch (at < text.length() ? text.charAt(at) : 0) {
      case '{' -> fields(deeper(depth));
      case '[' -> items(deeper(depth));
      case '"' -> new JsonValue.Text(string());
      case 't' -> word("true", new JsonValue.Flag(true));
      case 'f' -> word("false", new JsonValue.Flag(false));
      case 'n' -> word("null", new JsonValue.Null());
      default -> number();
    };
  }

  private int deeper(int depth) {
    if (depth == DEPTH_MAX) {
      throw wrong("more than " + DEPTH_MAX + " levels");
    }
    return depth + 1;
  }

  private JsonValue fields(int depth) {
    Map<String, JsonValue> fields = new LinkedHashMap<>();
    at++;
    if (skips('}')) {
      return new JsonValue.Fields(fields);
    }
    do {
      skipBlanks();
      String name = string();
      require(':');
      if (fields.put(name, value(depth)) != null) {
        throw wrong("the name '" + name + "' twice");
      }
    } while (skips(','));
    require('}');
    return new JsonValue.Fields(fields);
  }

  private JsonValue items(int depth) {
    List<JsonValue> items = new ArrayList<>();
    at++;
    if (skips(']')) {
      return new JsonValue.Items(items);
    }
    do {
      items.add(value(depth));
    } while (skips(','));
    require(']');
    return new JsonValue.Items(items);
  }

  private String string() {
    if (at >= text.length() || text.charAt(at) != '"') {
      throw wrong("a string should begin here");
    }
    StringBuilder string = new StringBuilder();
    for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
      char c = text.charAt(at);
      if (c < 0x20) {
        throw wrong("a control character in a string");
      }
      string.append(c == '\\' ? escape() : c);
    }
    if (at >= text.length()) {
      throw wrong("a string does not end");
    }
    at++;
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(string)) {
      throw wrong("a string that is no valid Unicode");
    }
    return string.toString();
  }

  /** Leaves the position at the escape's last character. */
  private char escape() {
    at++;
    char kind = at < text.length() ? text.charAt(at) : 0;
    if (kind == 'u' && at + 4 < text.length()) {
      String digits = text.substring(at + 1, at + 5);
      if (digits.matches("[0-9a-fA-F]{4}")) {
        at += 4;
        return (char) Integer.parseInt(digits, 16);
      }
    }
    int index = ESCAPES.indexOf(kind);
    if (index < 0) {
      throw wrong("an escape that JSON does not have");
    }
    return ESCAPED.charAt(index);
  }

  private JsonValue number() {
    Matcher matcher = NUMBER.matcher(text).region(at, text.length());
    if (!matcher.lookingAt()) {
      throw wrong("a value should begin here");
    }
    at = matcher.end();
    return new JsonValue.Number(matcher.group());
  }

  private JsonValue word(String word, JsonValue value) {
    if (!text.startsWith(word, at)) {
      throw wrong("a value should begin here");
    }
    at += word.length();
    return value;
  }

  private boolean skips(char expected) {
    skipBlanks();
    if (at < text.length() && text.charAt(at) == expected) {
      at++;
      return true;
    }
    return false;
  }

  private void require(char expected) {
    if (!skips(expected)) {
      throw wrong("'" + expected + "' should be here");
    }
  }

  private void skipBlanks() {
    while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException("no valid JSON at character " + at + ": " + what);
  }
}
