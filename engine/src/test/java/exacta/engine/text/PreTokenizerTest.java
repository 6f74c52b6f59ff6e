package exacta.engine.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.ExactaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PreTokenizerTest {
  private static final String GPT2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
  private static final String LLAMA3 =
      "'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+"
          + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private static List<String> words(PreTokenizer preTokenizer, String text) {
    int[] codePoints = text.codePoints().toArray();
    List<String> words = new ArrayList<>();
    int from = 0;
    for (int end : preTokenizer.wordEnds(codePoints)) {
      assertTrue(end > from && end <= codePoints.length, "a word has characters");
      words.add(new String(codePoints, from, end - from));
      from = end;
    }
    assertEquals(codePoints.length, from, "every character is in a word");
    return words;
  }

  private static List<String> matches(String regex, String text) {
    List<String> words = new ArrayList<>();
    Matcher matcher = Pattern.compile(regex, Pattern.UNICODE_CHARACTER_CLASS).matcher(text);
    while (matcher.find()) {
      words.add(matcher.group());
    }
    return words;
  }

  @Test
  void cutsAsTheNamesPromise() {
    assertEquals(
        List.of("It", "'s", " 2024", ",", " isn", "'t", " it", "?", " ", " ok", "\n\n"),
        words(PreTokenizer.GPT2, "It's 2024, isn't it?  ok\n\n"));
    assertEquals(
        List.of("a", " ", "4", "2", " b", "  ", "7", "."),
        words(PreTokenizer.SMOLLM, "a 42 b  7."));
    assertEquals(
        List.of("IT", "'S", " ", "123", "456", "7", "!!\n\n", " \n", "  ", " x"),
        words(PreTokenizer.LLAMA3, "IT'S 1234567!!\n\n \n   x"));
    assertEquals(List.of("1", "2", "\tab"), words(PreTokenizer.QWEN2, "12\tab"));
  }

  @Test
  void equalsTheRegularExpressionsOnRandomTexts() {
    String alphabet = "aZé中 '’  \t\r\n\u00a0\u3000stremvdlSTRE019²Ⅷ.,-!😀\u0301\u200b";
    int[] letters = alphabet.codePoints().toArray();
    for (int seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      StringBuilder builder = new StringBuilder();
      for (int i = random.nextInt(20); i > 0; i--) {
        builder.appendCodePoint(letters[random.nextInt(letters.length)]);
      }
      String text = builder.toString();
      assertEquals(matches(GPT2, text), words(PreTokenizer.GPT2, text), text);
      assertEquals(matches(LLAMA3, text), words(PreTokenizer.LLAMA3, text), text);
      List<String> parts = new ArrayList<>();
      matches("\\p{N}|\\P{N}+", text).forEach(part -> parts.addAll(matches(GPT2, part)));
      assertEquals(parts, words(PreTokenizer.SMOLLM, text), text);
    }
  }

  /** Whoever may send a text may send a long one; the square of this length would take minutes. */
  @ParameterizedTest
  @EnumSource(PreTokenizer.class)
  @Timeout(30)
  void aLongTextTakesATimeThatGrowsWithItsLength(PreTokenizer preTokenizer) {
    for (String word : List.of(" a", "'", " ", "\n ", "<|", "a\n")) {
      assertTrue(words(preTokenizer, word.repeat(500_000)).size() > 0);
    }
  }

  @Test
  void refusesARuleItDoesNotKnow() {
    ExactaException e =
        assertThrows(ExactaException.class, () -> PreTokenizer.ofName("file.gguf", "superbpe"));
    assertTrue(e.getMessage().contains("'superbpe' is not known"), e.getMessage());
  }
}
