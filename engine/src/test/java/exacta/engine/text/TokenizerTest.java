package exacta.engine.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.engine.gguf.GgufWriter;
import exacta.engine.template.Piece;
import exacta.primitives.ExactaException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class TokenizerTest {
  @TempDir Path folder;
  private Tokenizer tokenizer;

  @BeforeEach
  void makeTokenizer() {
    tokenizer = TinyCard.card(TinyCard.writer("smollm"), folder).tokenizer();
  }

  private List<String> names(String text) {
    return TinyCard.names(tokenizer, tokenizer.encode(text));
  }

  @Test
  void mergesTheLowestRankFirst() {
    assertEquals(List.of("hello", "Ġhello"), names("hello hello"));
    assertEquals(List.of("he", "l", "p"), names("help"));
    assertEquals(List.of("ll", "ll", "l"), names("lllll"));
    assertEquals(List.of("abc", "ab"), names("abcab"));
  }

  @Test
  void neverMergesAcrossWords() {
    assertEquals(List.of("1", "2"), names("12"));
    assertEquals(List.of("Ã©", "ð", "Ł", "ĺ", "Ģ"), names("é😀"));
  }

  @Test
  void readsControlTokensInTheTemplatesTextOnly() {
    assertEquals(List.of("<", "e", "n", "d", ">"), names("<end>"));
    List<Piece> pieces =
        List.of(
            new Piece("<start>he", true),
            new Piece("llo<end>", false),
            new Piece("<end>", true),
            new Piece("<sta", true),
            new Piece("rt>", false));
    List<String> expected = new ArrayList<>(List.of("<start>", "hello"));
    expected.addAll(List.of("<", "e", "n", "d", ">", "<end>"));
    expected.addAll(List.of("<", "s", "t", "a", "r", "t", ">"));
    assertEquals(expected, TinyCard.names(tokenizer, tokenizer.encode(pieces)));
  }

  @Test
  void readsUserDefinedTokensEverywhere() {
    assertEquals(List.of("a", "    ", "b"), names("a    b"));
  }

  @Test
  void leavesOutBytesThatTheVocabularyLacks() {
    List<Integer> known = new ArrayList<>();
    for (int token = 0; token < tokenizer.vocabularySize(); token++) {
      if (tokenizer.bytes(token).length == 1) {
        known.add((int) tokenizer.bytes(token)[0]);
      }
    }
    assertEquals(255, known.size());
  }

  @Test
  void givesTheTextBackForAnyText() {
    Random random = new Random(11);
    for (int i = 0; i < 2000; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(30); j > 0; j--) {
        int codePoint = random.nextInt(random.nextBoolean() ? 0x80 : 0x20000);
        text.appendCodePoint(
            codePoint >= 0xd800 && codePoint < 0xe000 ? codePoint - 0x800 : codePoint);
      }
      int[] tokens = tokenizer.encode(text.toString());
      assertEquals(text.toString(), Detokenizer.text(tokenizer, tokens));
    }
  }

  @Test
  void turnsHalfASurrogatePairIntoTheReplacementCharacter() {
    assertEquals("a\ufffdb", Detokenizer.text(tokenizer, tokenizer.encode("a\ud83db")));
  }

  /** A million letters without a space, and a million that all merge, are no attack. */
  @Test
  @Timeout(20)
  void encodesOneLongWordInReasonableTime() {
    assertEquals(500_000, tokenizer.encode("l".repeat(1_000_000)).length);
    assertEquals(1_000_000, tokenizer.encode("z".repeat(1_000_000)).length);
  }

  @Test
  void takesAWholeWordFirstWhereTheRuleSaysSo() {
    GgufWriter writer = TinyCard.writer("llama-bpe");
    List<String> fewer = TinyCard.MERGES.subList(0, 4);
    writer.texts("tokenizer.ggml.merges", fewer);
    Tokenizer llama = TinyCard.card(writer, folder).tokenizer();
    assertEquals(List.of("Ġhello"), TinyCard.names(llama, llama.encode(" hello")));
    assertEquals(List.of("Ġ", "hello", "s"), TinyCard.names(llama, llama.encode(" hellos")));
  }

  @Test
  void putsTheBeginningInFrontOnceWhereTheModelWantsIt() {
    Tokenizer wants =
        TinyCard.card(TinyCard.writer("smollm").flag("tokenizer.ggml.add_bos_token", true), folder)
            .tokenizer();
    assertArrayEquals(new int[] {1, 9}, wants.withBeginning(new int[] {9}));
    assertArrayEquals(new int[] {1, 9}, wants.withBeginning(new int[] {1, 9}));
    assertArrayEquals(new int[] {1}, wants.withBeginning(new int[0]));
    assertArrayEquals(new int[] {9}, tokenizer.withBeginning(new int[] {9}));
  }

  @Test
  void streamsNoHalfCharacters() {
    Detokenizer detokenizer = new Detokenizer(tokenizer);
    List<String> steps = new ArrayList<>();
    for (int token : tokenizer.encode("h😀é")) {
      steps.add(detokenizer.next(token));
    }
    steps.add(detokenizer.finish());
    assertEquals(List.of("h", "", "", "", "😀", "é", ""), steps);
  }

  @Test
  void showsBrokenBytesAsReplacementCharacters() {
    int lead = tokenizer.id(ByteAlphabet.nameOf(0xf0)).orElseThrow();
    int letter = tokenizer.id("a").orElseThrow();
    assertEquals("\ufffda\ufffd", Detokenizer.text(tokenizer, new int[] {lead, letter, lead}));
    assertEquals("a", Detokenizer.text(tokenizer, new int[] {TinyCard.END, letter}));
  }

  @Test
  void keepsTheBytesOfEachToken() {
    int token = tokenizer.id("Ã©").orElseThrow();
    assertArrayEquals("é".getBytes(StandardCharsets.UTF_8), tokenizer.bytes(token));
    assertEquals(0, tokenizer.bytes(TinyCard.START).length);
  }

  @Test
  void refusesVocabulariesThatMakeNoSense() {
    refuse("is 'bert', and only 'gpt2'", w -> w.text("tokenizer.ggml.model", "bert"));
    refuse(
        "repeated entry, number 1",
        w ->
            w.texts("tokenizer.ggml.tokens", List.of("a", "a"))
                .integers("tokenizer.ggml.token_type", 1, 1));
    refuse("has 1 entries for", w -> w.integers("tokenizer.ggml.token_type", 1));
    refuse("not two names", w -> w.texts("tokenizer.ggml.merges", List.of("ab")));
    refuse("not two names", w -> w.texts("tokenizer.ggml.merges", List.of("a ")));
    refuse("the vocabulary lacks", w -> w.texts("tokenizer.ggml.merges", List.of("a z")));
    refuse("is 9999, which is not between", w -> w.integer("tokenizer.ggml.bos_token_id", 9999));
    refuse("which is not between", w -> w.integer("llama.context_length", 0));
    refuse("its chat template cannot", w -> w.text("tokenizer.chat_template", "{% x %}"));
  }

  private void refuse(String problem, Consumer<GgufWriter> spoil) {
    GgufWriter writer = TinyCard.writer("smollm");
    spoil.accept(writer);
    ExactaException e = assertThrows(ExactaException.class, () -> TinyCard.card(writer, folder));
    assertTrue(e.getMessage().contains(problem), e.getMessage());
    assertTrue(e.getMessage().contains("tiny.gguf"), e.getMessage());
  }
}
