package exacta.engine.text;

/** The classes of code points that pre-tokenizers tell apart; each is in exactly one. */
final class CharacterClass {
  private static final int LETTERS =
      1 << Character.UPPERCASE_LETTER
          | 1 << Character.LOWERCASE_LETTER
          | 1 << Character.TITLECASE_LETTER
          | 1 << Character.MODIFIER_LETTER
          | 1 << Character.OTHER_LETTER;
  private static final int NUMBERS =
      1 << Character.DECIMAL_DIGIT_NUMBER
          | 1 << Character.LETTER_NUMBER
          | 1 << Character.OTHER_NUMBER;

  private CharacterClass() {}

  static boolean isLetter(int codePoint) {
    return (LETTERS >> Character.getType(codePoint) & 1) != 0;
  }

  static boolean isNumber(int codePoint) {
    return (NUMBERS >> Character.getType(codePoint) & 1) != 0;
  }

  /** Unicode's White_Space property. */
  static boolean isWhitespace(int codePoint) {
    return codePoint >= 0x09 && codePoint <= 0x0d
        || codePoint == 0x20
        || codePoint == 0x85
        || codePoint == 0xa0
        || codePoint == 0x1680
        || codePoint >= 0x2000 && codePoint <= 0x200a
        || codePoint == 0x2028
        || codePoint == 0x2029
        || codePoint == 0x202f
        || codePoint == 0x205f
        || codePoint == 0x3000;
  }

  /** Everything else, whether assigned or not. */
  static boolean isSymbol(int codePoint) {
    return !isWhitespace(codePoint) && !isLetter(codePoint) && !isNumber(codePoint);
  }
}
