package exacta.engine.text;

import exacta.primitives.ExactaException;

/**
 * Cuts a text into words, inside of which pairs are merged. The rules are the regular expressions
 * of the tokenizers that the names stand for, written out as loops over code points. Spec:
 * models.md#words.
 */
enum PreTokenizer {
  /** {@code 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+}. */
  GPT2 {
    @Override
    int wordEnd(int[] text, int at, int end) {
      return gpt2(text, at, end);
    }
  },

  /** First each number character by itself, then GPT-2's rule on each of the parts between them. */
  SMOLLM {
    @Override
    int wordEnd(int[] text, int at, int end) {
      if (CharacterClass.isNumber(text[at])) {
        return at + 1;
      }
      return gpt2(text, at, partEnd(text, at, end));
    }

    /**
     * Where the part without numbers ends, looked for only as far as GPT-2's rule looks: to the end
     * of its word and one beyond. Looking on to the next number for every word would take a time
     * that grows with the square of the text.
     */
    private int partEnd(int[] text, int at, int end) {
      int start = text[at] == ' ' && at + 1 < end ? at + 1 : at;
      int reach = Math.max(classEnd(text, start, end) + 1, at + CONTRACTION_MAX);
      int part = at;
      while (part < Math.min(end, reach) && !CharacterClass.isNumber(text[part])) {
        part++;
      }
      return part;
    }

    private int classEnd(int[] text, int from, int end) {
      if (CharacterClass.isLetter(text[from])) {
        return letters(text, from, end);
      }
      if (CharacterClass.isSymbol(text[from])) {
        return symbols(text, from, end);
      }
      int to = from;
      while (to < end && CharacterClass.isWhitespace(text[to])) {
        to++;
      }
      return to;
    }
  },

  /**
   * {@code (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+
   * [\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+}.
   */
  LLAMA3 {
    @Override
    int wordEnd(int[] text, int at, int end) {
      return llama3(text, at, end, 3);
    }
  },

  /** Llama 3's rule with numbers of one character. */
  QWEN2 {
    @Override
    int wordEnd(int[] text, int at, int end) {
      return llama3(text, at, end, 1);
    }
  };

  /** Code points of the longest contraction. */
  private static final int CONTRACTION_MAX = 3;

  /** Where the word ends that starts at {@code at}; the code points end at {@code end}. */
  abstract int wordEnd(int[] text, int at, int end);

  /**
   * The rule that a file's {@code tokenizer.ggml.pre} names.
   *
   * @param source what messages call the file
   */
  static PreTokenizer ofName(String source, String name) {
    return switch (name) {
      case "gpt-2" -> GPT2;
      case "smollm" -> SMOLLM;
      case "llama-bpe", "llama3", "llama-v3" -> LLAMA3;
      case "qwen2" -> QWEN2;
      default ->
          throw ExactaException.fatal(
              "model "
                  + source
                  + ": the pre-tokenizer '"
                  + name
                  + "' is not known (gpt-2, smollm, llama-bpe and qwen2 are); use another model");
    };
  }

  private static int gpt2(int[] text, int at, int end) {
    int contraction = contraction(text, at, end, false);
    if (contraction > 0) {
      return at + contraction;
    }
    int start = text[at] == ' ' && at + 1 < end ? at + 1 : at;
    if (CharacterClass.isLetter(text[start])) {
      return letters(text, start, end);
    }
    if (CharacterClass.isNumber(text[start])) {
      int to = start;
      while (to < end && CharacterClass.isNumber(text[to])) {
        to++;
      }
      return to;
    }
    if (CharacterClass.isSymbol(text[start])) {
      return symbols(text, start, end);
    }
    return whitespace(text, at, end);
  }

  private static int llama3(int[] text, int at, int end, int digitsMax) {
    int contraction = contraction(text, at, end, true);
    if (contraction > 0) {
      return at + contraction;
    }
    int first = text[at];
    boolean lineEnd = first == '\r' || first == '\n';
    if (CharacterClass.isLetter(first)) {
      return letters(text, at, end);
    }
    if (CharacterClass.isNumber(first)) {
      int to = at;
      while (to < end && to - at < digitsMax && CharacterClass.isNumber(text[to])) {
        to++;
      }
      return to;
    }
    if (!lineEnd && at + 1 < end && CharacterClass.isLetter(text[at + 1])) {
      return letters(text, at + 1, end);
    }
    int start = first == ' ' && at + 1 < end ? at + 1 : at;
    if (CharacterClass.isSymbol(text[start])) {
      int to = symbols(text, start, end);
      while (to < end && (text[to] == '\r' || text[to] == '\n')) {
        to++;
      }
      return to;
    }
    int afterLineEnd = at;
    for (int i = at; i < end && CharacterClass.isWhitespace(text[i]); i++) {
      if (text[i] == '\r' || text[i] == '\n') {
        afterLineEnd = i + 1;
      }
    }
    return afterLineEnd > at ? afterLineEnd : whitespace(text, at, end);
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
    return codePoint >= 'A' && codePoint <= 'Z' ? codePoint + 32 : codePoint;
  }

  private static int letters(int[] text, int from, int end) {
    int to = from;
    while (to < end && CharacterClass.isLetter(text[to])) {
      to++;
    }
    return to;
  }

  private static int symbols(int[] text, int from, int end) {
    int to = from;
    while (to < end && CharacterClass.isSymbol(text[to])) {
      to++;
    }
    return to;
  }

  /** All white space, but for its last character where a word follows, which may own it. */
  private static int whitespace(int[] text, int at, int end) {
    int to = at;
    while (to < end && CharacterClass.isWhitespace(text[to])) {
      to++;
    }
    return to < end && to - at > 1 ? to - 1 : to;
  }
}
