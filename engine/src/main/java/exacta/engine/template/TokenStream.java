package exacta.engine.template;

import java.util.List;

/** A cursor over tokens, with the depth of nesting so far. */
final class TokenStream {
  /** Deeper nesting is refused, since parser and interpreter recurse. */
  private static final int DEPTH_MAX = 100;

  private final List<Token> tokens;
  private int at;
  private int depth;

  TokenStream(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token peek() {
    return tokens.get(at);
  }

  /** The token after the next one; the last token repeats. */
  Token peekSecond() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = tokens.get(at);
    if (token.kind() != Token.Kind.END) {
      at++;
    }
    return token;
  }

  int line() {
    return peek().line();
  }

  boolean isOperator(String text) {
    return peek().is(Token.Kind.OPERATOR, text);
  }

  boolean isName(String text) {
    return peek().is(Token.Kind.NAME, text);
  }

  boolean takeOperator(String text) {
    boolean taken = isOperator(text);
    if (taken) {
      next();
    }
    return taken;
  }

  boolean takeName(String text) {
    boolean taken = isName(text);
    if (taken) {
      next();
    }
    return taken;
  }

  void expectOperator(String text) {
    if (!takeOperator(text)) {
      throw TemplateException.at(line(), "'" + text + "' is missing before " + describe());
    }
  }

  void expect(Token.Kind kind, String what) {
    if (peek().kind() != kind) {
      throw TemplateException.at(line(), what + " is missing before " + describe());
    }
    next();
  }

  String expectName() {
    if (peek().kind() != Token.Kind.NAME) {
      throw TemplateException.at(line(), "a name is missing before " + describe());
    }
    return next().text();
  }

  String describe() {
    Token token = peek();
    return switch (token.kind()) {
      case END -> "the end";
      case BLOCK_END, OUTPUT_END -> "the end of the tag";
      default -> "'" + token.text() + "'";
    };
  }

  void enter() {
    if (++depth > DEPTH_MAX) {
      throw TemplateException.at(line(), "nested more than " + DEPTH_MAX + " deep");
    }
  }

  void leave() {
    depth--;
  }
}
