package exacta.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.engine.text.ModelCard;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerTextTest {
  private static ModelCard card;

  @BeforeAll
  static void load(@TempDir Path folder) {
    card = TestModel.create(folder).card();
  }

  private static ScoredToken scored(int token) {
    return new ScoredToken(token, -1, new int[0], new float[0]);
  }

  /** The pieces that are shown for a text, and the rest. */
  private static List<String> pieces(String text, String... stops) {
    AnswerText answer = new AnswerText(card, List.of(stops), Collections.emptySortedMap());
    List<String> pieces = new ArrayList<>();
    for (int token : card.tokenizer().encode(text)) {
      if (!answer.isEnded()) {
        pieces.add(answer.next(scored(token)).text());
      }
    }
    pieces.add(answer.finish().text());
    return pieces;
  }

  private static String shown(String text, String... stops) {
    return String.join("", pieces(text, stops));
  }

  @Test
  void showsAllTextWithoutStopTexts() {
    assertEquals("Grüße, 日本 😀!", shown("Grüße, 日本 😀!"));
  }

  @Test
  void showsCharactersWhole() {
    for (String piece : pieces("a日本😀b")) {
      assertTrue(
          piece.codePoints().allMatch(c -> c < 0xd800 || c > 0xdfff) && !piece.contains("\ufffd"),
          piece);
    }
  }

  @Test
  void showsNothingOfAStopTextNorBehindIt() {
    assertEquals("one ", shown("one STOP two", "STOP"));
    assertEquals("", shown("STOP", "STOP"));
    assertEquals("one ", shown("one STOP two", "two", "STOP"));
    assertEquals("x", shown("xaab", "aab"));
    assertEquals("", shown("日本語", "日本"));
  }

  @Test
  void holdsBackOnlyWhatMayBecomeAStopText() {
    assertEquals(List.of("a", "", "", "STx", ""), pieces("aSTx", "STOP"));
    assertEquals(List.of("a", "", "", "ST"), pieces("aST", "STOP"));
  }

  @Test
  void endsWithAStopTokenAndShowsWhatWasHeldBack() {
    AnswerText answer = new AnswerText(card, List.of("STOP"), Collections.emptySortedMap());
    String text = "";
    for (int token : card.tokenizer().encode("aST")) {
      text += answer.next(scored(token)).text();
    }
    assertFalse(answer.isEnded());
    text += answer.next(scored(card.endTokens().last())).text();
    assertTrue(answer.isEnded());
    assertEquals("aST", text + answer.finish().text());
  }

  @Test
  void showsMarksWhereTheyStandAndNoneBehindAStopText() {
    int mark = card.tokenizer().id("<|im_start|>").orElseThrow();
    TreeMap<Integer, String> marks = new TreeMap<>(Map.of(mark, "[MARK]"));
    AnswerText answer = new AnswerText(card, List.of("STOP"), marks);
    StringBuilder text = new StringBuilder();
    int[] before = card.tokenizer().encode("aST");
    int[] after = card.tokenizer().encode("xSTOP");
    for (int token : before) {
      text.append(answer.next(scored(token)).text());
    }
    text.append(answer.next(scored(mark)).text());
    assertEquals("a", text.toString(), "a mark is no part of what may be a stop text");
    for (int token : after) {
      text.append(answer.next(scored(token)).text());
    }
    assertEquals("aST[MARK]x", text + answer.finish().text());
  }

  @Test
  void cutsAtTheFirstStopTextWhateverTheTokens() {
    Random random = new Random(5);
    for (int run = 0; run < 500; run++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 40; i++) {
        text.append("ab日".charAt(random.nextInt(3)));
      }
      String stop = text.substring(20, 21 + random.nextInt(6));
      int at = text.indexOf(stop);
      assertEquals(text.substring(0, at), shown(text.toString(), stop), "run " + run);
    }
  }
}
