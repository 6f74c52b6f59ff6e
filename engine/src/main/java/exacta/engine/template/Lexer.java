package exacta.engine.template;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a template into tokens, with Jinja's white space rules under {@code trim_blocks} and {@code
 * lstrip_blocks}, which chat templates are written for: the first line end after a block is
 * dropped, so is the indentation before a block that begins its line, and {@code -} eats all white
 * space on its side. Source: Jinja 3.1, lexer.
 */
final class Lexer {
  private static final List<String> OPERATORS =
      List.of(
          "==", "!=", ">=", "<=", "//", "**", "+", "-", "*", "/", "%", "~", "(", ")", "[", "]", "{",
          "}", "|", ".", ",", ":", "=", "<", ">");

  /** The interpreter recurses along an expression, so its length is bounded. */
  private static final int TAG_TOKENS_MAX = 1000;

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;

  /** Whether what was read last ended a line, or nothing was read. */
  private boolean lineStarts = true;

  private Lexer(String source) {
    String normalized = source.replace("\r\n", "\n").replace('\r', '\n');
    this.source =
        normalized.endsWith("\n") ? normalized.substring(0, normalized.length() - 1) : normalized;
  }

  static List<Token> tokens(String source) {
    Lexer lexer = new Lexer(source);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    while (at < source.length()) {
      int tag = nextTag();
      data(tag);
      if (tag == source.length()) {
        break;
      }
      char kind = source.charAt(tag + 1);
      advance(tag + 2);
      boolean signed = at < source.length() && (peek() == '-' || peek() == '+');
      if (signed && (peek() == '-' || kind != '{')) {
        advance(at + 1);
      }
      switch (kind) {
        case '#' -> comment();
        case '%' -> tag(Token.Kind.BLOCK_BEGIN, "%}", Token.Kind.BLOCK_END);
        default -> tag(Token.Kind.OUTPUT_BEGIN, "}}", Token.Kind.OUTPUT_END);
      }
    }
    tokens.add(new Token(Token.Kind.END, "", line));
  }

  private int nextTag() {
    for (int i = at; i + 1 < source.length(); i++) {
      char second = source.charAt(i + 1);
      if (source.charAt(i) == '{' && (second == '{' || second == '%' || second == '#')) {
        return i;
      }
    }
    return source.length();
  }

  private void data(int end) {
    String text = source.substring(at, end);
    if (end < source.length()) {
      char kind = source.charAt(end + 1);
      char sign = end + 2 < source.length() ? source.charAt(end + 2) : ' ';
      if (sign == '-') {
        text = text.stripTrailing();
      } else if (kind != '{' && sign != '+') {
        text = withoutIndentation(text);
      }
    }
    if (!text.isEmpty()) {
      tokens.add(new Token(Token.Kind.DATA, text, line));
    }
    if (end > at) {
      advance(end);
    }
  }

  private String withoutIndentation(String text) {
    int lineStart = text.lastIndexOf('\n') + 1;
    boolean startsLine = lineStart > 0 || lineStarts;
    return startsLine && text.substring(lineStart).isBlank() ? text.substring(0, lineStart) : text;
  }

  private void comment() {
    int end = source.indexOf("#}", at);
    if (end < 0) {
      throw TemplateException.at(line, "the comment has no end");
    }
    char sign = end > at ? source.charAt(end - 1) : ' ';
    advance(end + 2);
    afterTag(sign, true);
  }

  private void tag(Token.Kind begin, String closing, Token.Kind end) {
    tokens.add(new Token(begin, "", line));
    int first = tokens.size();
    int depth = 0;
    while (true) {
      if (tokens.size() - first > TAG_TOKENS_MAX) {
        throw TemplateException.at(line, "a tag has more than " + TAG_TOKENS_MAX + " elements");
      }
      skipWhitespace();
      if (at >= source.length()) {
        throw TemplateException.at(line, "a tag has no end");
      }
      if (depth == 0 && closes(closing)) {
        char sign = peek();
        advance(at + (sign == closing.charAt(0) ? 2 : 3));
        tokens.add(new Token(end, "", line));
        afterTag(sign, end == Token.Kind.BLOCK_END);
        return;
      }
      Token token = token();
      tokens.add(token);
      if (token.kind() == Token.Kind.OPERATOR) {
        depth += bracket(token.text());
      }
    }
  }

  private boolean closes(String closing) {
    boolean signed = peek() == '-' || peek() == '+' && closing.equals("%}");
    return source.startsWith(closing, signed ? at + 1 : at);
  }

  private static int bracket(String operator) {
    return switch (operator) {
      case "(", "[", "{" -> 1;
      case ")", "]", "}" -> -1;
      default -> 0;
    };
  }

  private void afterTag(char sign, boolean trims) {
    if (sign == '-') {
      skipWhitespace();
    } else if (sign != '+' && trims && at < source.length() && peek() == '\n') {
      advance(at + 1);
    }
  }

  private Token token() {
    char c = peek();
    if (c == '\'' || c == '"') {
      return text(c);
    }
    int end = at;
    if (isNameStart(c)) {
      while (end < source.length() && isNamePart(source.charAt(end))) {
        end++;
      }
      return take(Token.Kind.NAME, end);
    }
    if (isDigit(c)) {
      while (end < source.length() && isDigit(source.charAt(end))) {
        end++;
      }
      boolean more =
          end < source.length() && (isNamePart(source.charAt(end)) || startsFraction(end));
      if (more || end - at > 18) {
        throw TemplateException.at(line, "numbers other than whole ones are not supported");
      }
      return take(Token.Kind.INTEGER, end);
    }
    for (String operator : OPERATORS) {
      if (source.startsWith(operator, at)) {
        return take(Token.Kind.OPERATOR, at + operator.length());
      }
    }
    throw TemplateException.at(line, "unexpected character '" + c + "'");
  }

  private boolean startsFraction(int end) {
    return source.charAt(end) == '.'
        && end + 1 < source.length()
        && isDigit(source.charAt(end + 1));
  }

  private Token text(char quote) {
    int startLine = line;
    StringBuilder text = new StringBuilder();
    int i = at + 1;
    while (i < source.length() && source.charAt(i) != quote) {
      char c = source.charAt(i++);
      if (c == '\\' && i < source.length()) {
        i = escape(i, text);
      } else {
        text.append(c);
      }
    }
    if (i >= source.length()) {
      throw TemplateException.at(line, "a text in quotes has no end");
    }
    advance(i + 1);
    return new Token(Token.Kind.TEXT, text.toString(), startLine);
  }

  /** Python's escapes; an unknown one stands for itself, backslash included. */
  private int escape(int i, StringBuilder text) {
    char c = source.charAt(i);
    switch (c) {
      case 'n' -> text.append('\n');
      case 't' -> text.append('\t');
      case 'r' -> text.append('\r');
      case 'f' -> text.append('\f');
      case 'b' -> text.append('\b');
      case '\\', '\'', '"' -> text.append(c);
      case '\n' -> {}
      case 'x' -> {
        return codePoint(i + 1, 2, text);
      }
      case 'u' -> {
        return codePoint(i + 1, 4, text);
      }
      case 'U' -> {
        return codePoint(i + 1, 8, text);
      }
      default -> text.append('\\').append(c);
    }
    return i + 1;
  }

  private int codePoint(int from, int digits, StringBuilder text) {
    int value = 0;
    for (int i = from; i < from + digits; i++) {
      int digit = i < source.length() ? Character.digit(source.charAt(i), 16) : -1;
      value = digit < 0 || value > 0x10ffff ? -1 : value * 16 + digit;
      if (value < 0) {
        throw TemplateException.at(line, "a wrong escape in a text");
      }
    }
    if (value > 0x10ffff) {
      throw TemplateException.at(line, "a wrong escape in a text");
    }
    text.appendCodePoint(value);
    return from + digits;
  }

  private Token take(Token.Kind kind, int end) {
    Token token = new Token(kind, source.substring(at, end), line);
    advance(end);
    return token;
  }

  private void skipWhitespace() {
    int end = at;
    while (end < source.length() && Character.isWhitespace(source.charAt(end))) {
      end++;
    }
    if (end > at) {
      advance(end);
    }
  }

  private void advance(int end) {
    for (int i = at; i < end; i++) {
      if (source.charAt(i) == '\n') {
        line++;
      }
    }
    lineStarts = source.charAt(end - 1) == '\n';
    at = end;
  }

  private char peek() {
    return source.charAt(at);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isNameStart(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
  }

  private static boolean isNamePart(char c) {
    return isNameStart(c) || isDigit(c);
  }
}
