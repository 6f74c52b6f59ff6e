package exacta.engine.template;

/**
 * A lexical element of a template.
 *
 * @param line counted from 1, for messages
 */
record Token(Kind kind, String text, int line) {
  enum Kind {
    /** Text between tags, white space already controlled. */
    DATA,
    BLOCK_BEGIN,
    BLOCK_END,
    OUTPUT_BEGIN,
    OUTPUT_END,
    NAME,
    INTEGER,
    /** A string literal, escapes resolved. */
    TEXT,
    OPERATOR,
    END
  }

  boolean is(Kind expected, String expectedText) {
    return kind == expected && text.equals(expectedText);
  }
}
