package exacta.engine.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.engine.gguf.GgufWriter;
import exacta.engine.template.Piece;
import exacta.primitives.ExactaException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SentencePieceTest {
  private static final List<String> PIECES =
      List.of("▁", "h", "e", "l", "o", "a", "b", "c", "▁h", "el", "lo", "hel", "▁hel", "ab", "bc");

  private static final List<String> LETTERS =
      List.of("h", "el", "lo", "hello", "abc", " ", "  ", "é", "😀", "\n", "<");

  @TempDir Path folder;

  private static GgufWriter writer() {
    List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>", "<end_of_turn>", "bcc"));
    for (int value = 0; value < 256; value++) {
      tokens.add(String.format("<0x%02X>", value));
    }
    tokens.addAll(PIECES);
    int[] types = new int[tokens.size()];
    float[] scores = new float[tokens.size()];
    for (int id = 0; id < types.length; id++) {
      // The file calls <end_of_turn> user-defined, as some do; it is a control token all the same.
      types[id] = id == 0 ? 2 : id < 3 ? 3 : id < 5 ? 4 : id < 261 ? 6 : 1;
      scores[id] = -id;
    }
    return TinyCard.writer("default")
        .text("tokenizer.ggml.model", "llama")
        .texts("tokenizer.ggml.tokens", tokens)
        .integers("tokenizer.ggml.token_type", types)
        .reals("tokenizer.ggml.scores", scores);
  }

  private Tokenizer tokenizer(GgufWriter writer) {
    return TinyCard.card(writer, folder).tokenizer();
  }

  private static List<String> names(Tokenizer tokenizer, String text) {
    return TinyCard.names(tokenizer, tokenizer.encode(text));
  }

  @Test
  void mergesWhatSpellsTheTokenOfTheHighestScore() {
    Tokenizer tokenizer = tokenizer(writer());
    assertEquals(List.of("▁hel", "lo"), names(tokenizer, "hello"));
    // "ab" has a higher score than "bc", wherever they are.
    assertEquals(List.of("▁", "ab", "c"), names(tokenizer, "abc"));
    assertEquals(List.of("▁", "bc", "ab"), names(tokenizer, "bcab"));
  }

  @Test
  void putsASpaceInFrontOfATextUnlessTheFileSaysOtherwise() {
    Tokenizer tokenizer = tokenizer(writer());
    assertEquals(List.of("▁h", "▁", "▁h"), names(tokenizer, "h  h"));
    Tokenizer without = tokenizer(writer().flag("tokenizer.ggml.add_space_prefix", false));
    assertEquals(List.of("h", "▁", "▁h"), names(without, "h  h"));
    assertEquals(List.of(), names(tokenizer, ""));
  }

  @Test
  void putsTheSpaceAfterSpecialTokensToo() {
    Tokenizer tokenizer = tokenizer(writer());
    List<Piece> pieces = List.of(new Piece("<s>h</s>", true), new Piece("h", false));
    assertEquals(
        List.of("<s>", "▁h", "</s>", "▁h"), TinyCard.names(tokenizer, tokenizer.encode(pieces)));
    // User-defined ones are found in any text.
    assertEquals(List.of("▁", "a", "bcc", "▁", "a"), names(tokenizer, "abcca"));
  }

  @Test
  void spellsTheRestInBytes() {
    Tokenizer tokenizer = tokenizer(writer());
    assertEquals(List.of("▁", "<0xC3>", "<0xA9>", "<0x0A>"), names(tokenizer, "é\n"));
  }

  @Test
  void takesTheUnknownTokenWhereBytesAreNoTokens() {
    GgufWriter writer =
        TinyCard.writer("default")
            .text("tokenizer.ggml.model", "llama")
            .texts("tokenizer.ggml.tokens", List.of("<unk>", "<s>", "</s>", "▁", "a"))
            .integers("tokenizer.ggml.token_type", 2, 3, 3, 1, 1)
            .reals("tokenizer.ggml.scores", 0, 0, 0, -1, -2)
            .integer("tokenizer.ggml.bos_token_id", 1)
            .integer("tokenizer.ggml.eos_token_id", 2);
    assertEquals(List.of("▁", "a", "<unk>", "a"), names(tokenizer(writer), "aéa"));
  }

  /** Neither control tokens nor those of bytes come of what a client spells. */
  @Test
  void neverReadsWhatAClientSpells() {
    Tokenizer tokenizer = tokenizer(writer());
    for (String text : List.of("<s>", "</s>", "<unk>", "<end_of_turn>", "<0x0A>")) {
      for (int token : tokenizer.encode(text)) {
        assertTrue(!tokenizer.isControl(token), text);
      }
      assertEquals(text, Detokenizer.text(tokenizer, tokenizer.encode(text)));
    }
  }

  @Test
  void givesTheTextBackForAnyText() {
    Tokenizer tokenizer = tokenizer(writer());
    Random random = new Random(5);
    for (int i = 0; i < 2000; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(30); j > 0; j--) {
        text.append(LETTERS.get(random.nextInt(LETTERS.size())));
      }
      String before = text.toString();
      assertEquals(before, Detokenizer.text(tokenizer, tokenizer.encode(before)));
    }
  }

  @Test
  void streamsNoHalfCharactersAndKeepsTheSpaceOfAnAnswer() {
    Tokenizer tokenizer = tokenizer(writer());
    Detokenizer detokenizer = new Detokenizer(tokenizer);
    List<String> steps = new ArrayList<>();
    for (int token : tokenizer.encode("h😀")) {
      steps.add(detokenizer.next(token));
    }
    assertEquals(List.of(" h", "", "", "", "😀"), steps);
  }

  @Test
  void beginsWithTheTokenForIt() {
    Tokenizer tokenizer = tokenizer(writer());
    assertArrayEquals(new int[] {9}, tokenizer.withBeginning(new int[] {9}));
    Tokenizer usual = tokenizer(writer().flag("tokenizer.ggml.add_bos_token", true));
    assertArrayEquals(new int[] {1, 9}, usual.withBeginning(new int[] {9}));
  }

  @Test
  @Timeout(20)
  void encodesALongTextInReasonableTime() {
    Tokenizer tokenizer = tokenizer(writer());
    assertEquals(1 + 500_000, tokenizer.encode("ab".repeat(500_000)).length);
    assertEquals(1_000_000, tokenizer.encode("<s>".repeat(333_333)).length);
  }

  @Test
  void refusesVocabulariesThatMakeNoSense() {
    refuse("has 1 entries for", w -> w.reals("tokenizer.ggml.scores", 1));
    refuse("has no number at 0", w -> w.reals("tokenizer.ggml.scores", Float.NaN, 0, 0, 0, 0));
    refuse(
        "not named as <0xXX>",
        w -> w.texts("tokenizer.ggml.tokens", List.of("<0xZZ>", "b", "c", "d", "e")));
    refuse(
        "has a name of 5000 characters",
        w -> w.texts("tokenizer.ggml.tokens", List.of("a".repeat(5000), "b", "c", "d", "e")));
  }

  private void refuse(String problem, Consumer<GgufWriter> spoil) {
    GgufWriter writer =
        TinyCard.writer("default")
            .text("tokenizer.ggml.model", "llama")
            .texts("tokenizer.ggml.tokens", List.of("<0x0A>", "b", "c", "d", "e"))
            .integers("tokenizer.ggml.token_type", 6, 1, 1, 1, 1)
            .reals("tokenizer.ggml.scores", 0, 0, 0, 0, 0);
    spoil.accept(writer);
    ExactaException e = assertThrows(ExactaException.class, () -> tokenizer(writer));
    assertTrue(e.getMessage().contains(problem), e.getMessage());
  }
}
