package exacta.engine.text;

import exacta.primitives.ExactaException;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts a text into words, inside of which pairs are merged: by one rule after the other, each on
 * the words that the ones before it made. The rules are the regular expressions of the tokenizers
 * that the names stand for. Spec: models.md#words. Source of names and rules: llama.cpp,
 * llama-vocab.cpp.
 */
enum PreTokenizer {
  /** What files without a name of a rule are meant for. */
  DEFAULT(
      List.of("", "default"),
      WordRule.all(c -> CharacterClass.isPunctuation(c) || isAsciiSymbol(c)),
      Words::gpt2,
      WordRule.all(CharacterClass::isNumber),
      Words::threeDigits),
  FALCON(
      List.of("falcon"),
      WordRule.all(c -> CharacterClass.isPunctuation(c) || isAsciiSymbol(c) || c == '`'),
      Words::gpt2,
      Words::threeDigits),
  GPT2(
      List.of(
          "gpt-2",
          "phi-2",
          "gigachat",
          "a.x-4.0",
          "mellum",
          "exaone4",
          "mpt",
          "olmo",
          "jais",
          "trillion"),
      Words::gpt2),
  /** Each number character by itself, then GPT-2's rule. */
  SMOLLM(
      List.of("smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b"),
      WordRule.one(CharacterClass::isNumber),
      Words::gpt2),
  LLAMA3(
      List.of(
          "llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2"),
      Words.llama3(3)),
  /** Llama 3's rule, but words that are tokens are merged as all others. */
  MERGED_LLAMA3(List.of("dbrx", "smaug-bpe", "glm4", "chatglm-bpe"), Words.llama3(3)),
  QWEN2(List.of("qwen2", "deepseek-r1-qwen", "megrez", "stablelm2", "hunyuan"), Words.llama3(1)),
  TEKKEN(List.of("tekken"), Words.tekken(1, false)),
  GPT4O(List.of("gpt-4o", "llama4"), Words.tekken(3, true)),
  DEEPSEEK_LLM(
      List.of("deepseek-llm"),
      WordRule.one(CharacterClass::isLineEnd),
      WordRule.allAfterSpace(CodePointRanges.CASED_LETTERS),
      WordRule.allAfterSpace(PreTokenizer::isDeepSeekPunctuation),
      PreTokenizer::whitespaceAtEnd,
      WordRule.all(PreTokenizer::isEastAsian),
      WordRule.all(CharacterClass::isNumber)),
  DEEPSEEK_CODER(
      List.of("deepseek-coder"),
      WordRule.one(CharacterClass::isLineEnd),
      WordRule.allAfterSpace(CharacterClass::isLetter),
      WordRule.allAfterSpace(CharacterClass::isPunctuation),
      WordRule.all(PreTokenizer::isEastAsian),
      WordRule.one(CharacterClass::isNumber)),
  DEEPSEEK3(
      List.of("deepseek-v3", "hunyuan-dense"),
      (text, at, end) -> {
        int to = WordRule.skip(text, at, Math.min(end, at + 3), CharacterClass::isNumber);
        return to > at ? to : ~(at + 1);
      },
      WordRule.all(c -> c >= 0x4e00 && c <= 0x9fa5 || c >= 0x3040 && c <= 0x30ff),
      Words::deepseek3);

  private final List<String> names;
  private final List<WordRule> rules;

  PreTokenizer(List<String> names, WordRule... rules) {
    this.names = names;
    this.rules = List.of(rules);
  }

  /**
   * The rules that a file's {@code tokenizer.ggml.pre} names.
   *
   * @param source what messages call the file
   */
  static PreTokenizer ofName(String source, String name) {
    return Arrays.stream(values())
        .filter(rule -> rule.names.contains(name))
        .findFirst()
        .orElseThrow(() ->
            ExactaException.fatal(
                "model "
                    + source
                    + ": the pre-tokenizer '"
                    + name
                    + "' is not known (llama-bpe, qwen2, gpt-2, smollm, tekken and others are);"
                    + " use another model"));
  }

  /** Whether a word that is a token becomes it without merging. */
  boolean wholeWordsFirst() {
    return this == LLAMA3 || this == TEKKEN;
  }

  /** Whether the token for the beginning is put in front where the file does not say. */
  boolean addsBeginning() {
    return this == LLAMA3 || this == TEKKEN;
  }

  /** Where each word ends; the last is the end of the text, and an empty text has no words. */
  int[] wordEnds(int[] text) {
    int[] ends = text.length == 0 ? new int[0] : new int[] {text.length};
    for (WordRule rule : rules) {
      TokenBuffer finer = new TokenBuffer();
      int from = 0;
      for (int end : ends) {
        cut(text, from, end, rule, finer);
        from = end;
      }
      ends = finer.toArray();
    }
    return ends;
  }

  private static void cut(int[] text, int from, int end, WordRule rule, TokenBuffer ends) {
    int unmatched = from;
    int at = from;
    while (at < end) {
      int to = rule.match(text, at, end);
      if (to < 0) {
        at = ~to;
        continue;
      }
      if (at > unmatched) {
        ends.add(at);
      }
      ends.add(to);
      unmatched = to;
      at = to;
    }
    if (unmatched < end) {
      ends.add(end);
    }
  }

  private static boolean isAsciiSymbol(int c) {
    return "$+<=>^~|".indexOf(c) >= 0;
  }

  /** {@code [一-龥ࠀ-一가-퟿]}, but for white space, which no class of a rule contains. */
  private static boolean isEastAsian(int c) {
    boolean inside = c >= 0x0800 && c <= 0x9fa5 || c >= 0xac00 && c <= 0xd7ff;
    return inside && !CharacterClass.isWhitespace(c);
  }

  /** {@code [!-/:-~！-／：-～‘-‟　-。]}, white space aside. */
  private static boolean isDeepSeekPunctuation(int c) {
    return c >= '!' && c <= '/'
        || c >= ':' && c <= '~'
        || c >= 0xff01 && c <= 0xff0f
        || c >= 0xff1a && c <= 0xff5e
        || c >= 0x2018 && c <= 0x201f
        || c == 0x3001
        || c == 0x3002;
  }

  /** {@code \s+$}. */
  private static int whitespaceAtEnd(int[] text, int at, int end) {
    int to = WordRule.skip(text, at, end, CharacterClass::isWhitespace);
    return to == end ? end : ~Math.max(to, at + 1);
  }
}
