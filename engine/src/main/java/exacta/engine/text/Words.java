package exacta.engine.text;

import static exacta.engine.text.CharacterClass.isLetter;
import static exacta.engine.text.CharacterClass.isLineEnd;
import static exacta.engine.text.CharacterClass.isNumber;
import static exacta.engine.text.CharacterClass.isOther;
import static exacta.engine.text.CharacterClass.isWhitespace;

/** The longer regular expressions of pre-tokenizers, written out as loops over code points. */
final class Words {
  private Words() {}

  /** {@code 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+}. */
  static int gpt2(int[] text, int at, int end) {
    int contraction = contraction(text, at, end, false);
    if (contraction > 0) {
      return at + contraction;
    }
    int start = text[at] == ' ' && at + 1 < end ? at + 1 : at;
    if (isLetter(text[start])) {
      return WordRule.skip(text, start, end, CharacterClass::isLetter);
    }
    if (isNumber(text[start])) {
      return WordRule.skip(text, start, end, CharacterClass::isNumber);
    }
    if (isOther(text[start])) {
      return WordRule.skip(text, start, end, CharacterClass::isOther);
    }
    return whitespace(text, at, end);
  }

  /**
   * {@code (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+
   * [\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+}.
   *
   * @param digitsMax what stands for the 3
   */
  static WordRule llama3(int digitsMax) {
    return (text, at, end) -> {
      int contraction = contraction(text, at, end, true);
      if (contraction > 0) {
        return at + contraction;
      }
      int first = text[at];
      if (isLetter(first)) {
        return WordRule.skip(text, at, end, CharacterClass::isLetter);
      }
      if (isNumber(first)) {
        return number(text, at, end, digitsMax);
      }
      if (!isLineEnd(first) && at + 1 < end && isLetter(text[at + 1])) {
        return WordRule.skip(text, at + 1, end, CharacterClass::isLetter);
      }
      return othersOrSpace(text, at, end, CharacterClass::isLineEnd);
    };
  }

  /**
   * {@code A?U*W+|A?U+W*|\p{N}{1,1}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+}, A being
   * {@code [^\r\n\p{L}\p{N}]}, U a letter that is not a to z, and W one that is not A to Z. (The
   * tokenizers' own rules say upper and lower case; llama.cpp has it like this.)
   *
   * @param digitsMax what stands for the second 1
   * @param contracts whether a contraction belongs to the word in front of it
   */
  static WordRule tekken(int digitsMax, boolean contracts) {
    return (text, at, end) -> {
      int first = text[at];
      if (isNumber(first)) {
        return number(text, at, end, digitsMax);
      }
      boolean after = !isLetter(first) && !isLineEnd(first);
      int start = after ? at + 1 : at;
      if (start < end && isLetter(text[start])) {
        int to = casedWord(text, start, end);
        return contracts && to < end ? to + contraction(text, to, end, true) : to;
      }
      return othersOrSpace(text, at, end, c -> isLineEnd(c) || c == '/');
    };
  }

  private static int casedWord(int[] text, int start, int end) {
    int upperEnd = WordRule.skip(text, start, end, c -> isLetter(c) && !isLowerAscii(c));
    int to = WordRule.skip(text, upperEnd, end, c -> isLetter(c) && !isUpperAscii(c));
    if (to > upperEnd) {
      return to;
    }
    // No W follows, so the U* gives back as much as the W+ needs: up to the last that is both.
    int both = upperEnd;
    while (both > start && isUpperAscii(text[both - 1])) {
      both--;
    }
    return both > start ? both : upperEnd;
  }

  private static boolean isLowerAscii(int c) {
    return c >= 'a' && c <= 'z';
  }

  private static boolean isUpperAscii(int c) {
    return c >= 'A' && c <= 'Z';
  }

  /**
   * {@code [!-/:-@\[-`{-~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*
   * |\s*[\r\n]+|\s+(?!\S)|\s+}.
   */
  static int deepseek3(int[] text, int at, int end) {
    int first = text[at];
    boolean more = at + 1 < end;
    if (isAsciiPunctuation(first) && more && isAsciiLetter(text[at + 1])) {
      return WordRule.skip(text, at + 1, end, Words::isAsciiLetter);
    }
    boolean alone = !isLineEnd(first) && !isLetter(first) && !isPunctuationOrSymbol(first);
    if (alone && more && isLetterOrMark(text[at + 1])) {
      return WordRule.skip(text, at + 1, end, Words::isLetterOrMark);
    }
    if (isLetterOrMark(first)) {
      return WordRule.skip(text, at, end, Words::isLetterOrMark);
    }
    int start = first == ' ' && more ? at + 1 : at;
    if (isPunctuationOrSymbol(text[start])) {
      int to = WordRule.skip(text, start, end, Words::isPunctuationOrSymbol);
      return WordRule.skip(text, to, end, CharacterClass::isLineEnd);
    }
    return isWhitespace(first) ? lineEndsOrSpace(text, at, end) : ~(at + 1);
  }

  private static boolean isAsciiLetter(int c) {
    return isLowerAscii(c) || isUpperAscii(c);
  }

  private static boolean isAsciiPunctuation(int c) {
    return c > ' ' && c < 0x7f && !isAsciiLetter(c) && (c < '0' || c > '9');
  }

  private static boolean isLetterOrMark(int c) {
    return isLetter(c) || CharacterClass.isMark(c);
  }

  private static boolean isPunctuationOrSymbol(int c) {
    return CharacterClass.isPunctuation(c) || CharacterClass.isSymbol(c);
  }

  /** {@code [0-9][0-9][0-9]}. */
  static int threeDigits(int[] text, int at, int end) {
    int to = WordRule.skip(text, at, Math.min(end, at + 3), c -> c >= '0' && c <= '9');
    return to == at + 3 ? to : ~(at + 1);
  }

  private static int number(int[] text, int at, int end, int digitsMax) {
    return WordRule.skip(text, at, Math.min(end, at + digitsMax), CharacterClass::isNumber);
  }

  /** {@code ?[^\s\p{L}\p{N}]+X*|\s*[\r\n]+|\s+(?!\S)|\s+}, X being what may follow. */
  private static int othersOrSpace(int[] text, int at, int end, WordRule.CodePoints following) {
    int start = text[at] == ' ' && at + 1 < end ? at + 1 : at;
    if (isOther(text[start])) {
      int to = WordRule.skip(text, start, end, CharacterClass::isOther);
      return WordRule.skip(text, to, end, following);
    }
    return lineEndsOrSpace(text, at, end);
  }

  /** {@code \s*[\r\n]+|\s+(?!\S)|\s+}. */
  private static int lineEndsOrSpace(int[] text, int at, int end) {
    int afterLineEnd = at;
    for (int i = at; i < end && isWhitespace(text[i]); i++) {
      if (isLineEnd(text[i])) {
        afterLineEnd = i + 1;
      }
    }
    return afterLineEnd > at ? afterLineEnd : whitespace(text, at, end);
  }

  /** All white space, but for its last character where a word follows, which may own it. */
  private static int whitespace(int[] text, int at, int end) {
    int to = WordRule.skip(text, at, end, CharacterClass::isWhitespace);
    return to < end && to - at > 1 ? to - 1 : to;
  }

  /** The length of a contraction such as {@code 's} or {@code 'll}, or 0. */
  private static int contraction(int[] text, int at, int end, boolean anyCase) {
    if (text[at] != '\'' || at + 1 >= end) {
      return 0;
    }
    int first = anyCase ? lowerCase(text[at + 1]) : text[at + 1];
    if (first == 's' || first == 't' || first == 'm' || first == 'd') {
      return 2;
    }
    if (at + 2 >= end) {
      return 0;
    }
    int second = anyCase ? lowerCase(text[at + 2]) : text[at + 2];
    boolean known =
        first == 'r' && second == 'e'
            || first == 'v' && second == 'e'
            || first == 'l' && second == 'l';
    return known ? 3 : 0;
  }

  private static int lowerCase(int codePoint) {
    return isUpperAscii(codePoint) ? codePoint + 32 : codePoint;
  }
}
