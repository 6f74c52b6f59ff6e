package exacta.engine.text;

/**
 * One regular expression by which a text is cut: what it matches becomes a word, and so does what
 * stays between the matches.
 */
@FunctionalInterface
interface WordRule {
  /**
   * Where the match ends that begins at {@code at}. If none does: the complement ({@code ~}) of a
   * later place up to which none begins, so that a long stretch need not be looked through twice.
   */
  int match(int[] text, int at, int end);

  /** A match of one character that fulfils a condition. */
  static WordRule one(CodePoints wanted) {
    return (text, at, end) -> wanted.test(text[at]) ? at + 1 : ~(at + 1);
  }

  /** A match of all neighbours that fulfil a condition. */
  static WordRule all(CodePoints wanted) {
    return (text, at, end) -> {
      int to = skip(text, at, end, wanted);
      return to > at ? to : ~(at + 1);
    };
  }

  /** The same, with one character of white space in front, if there is one. */
  static WordRule allAfterSpace(CodePoints wanted) {
    return (text, at, end) -> {
      boolean spaced = CharacterClass.isWhitespace(text[at]);
      int to = spaced ? skip(text, at + 1, end, wanted) : at + 1;
      if (spaced && to > at + 1) {
        return to;
      }
      to = skip(text, at, end, wanted);
      return to > at ? to : ~(at + 1);
    };
  }

  /** Where the run of such characters ends that starts here, which may be at once. */
  static int skip(int[] text, int from, int end, CodePoints wanted) {
    int to = from;
    while (to < end && wanted.test(text[to])) {
      to++;
    }
    return to;
  }

  /** A set of code points. */
  @FunctionalInterface
  interface CodePoints {
    boolean test(int codePoint);
  }
}
