package exacta.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.engine.text.Detokenizer;
import exacta.numerics.Kernels;
import exacta.numerics.Workers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerationTest {
  private static final int[] PROMPT = Answers.prompt(70);

  @TempDir static Path folder;

  @Test
  void isTheSameBitsForScalarAndVectorAndAnyNumberOfThreads() {
    for (Sampling sampling : List.of(Sampling.greedy(), Answers.warm())) {
      AnswerRequest request = Answers.request(PROMPT, 24, sampling);
      Answers.Whole expected;
      try (Model model = Answers.tiny(folder, 1, Kernels.scalar())) {
        expected = Answers.run(model, request);
      }
      for (int threads = 1; threads <= 3; threads++) {
        try (Workers workers = new Workers(threads);
            Model model = Answers.tiny(folder, 1, Kernels.vector(workers))) {
          assertEquals(expected, Answers.run(model, request));
        }
      }
    }
  }

  @Test
  void goesOnAtAnyTokenAsIfItHadNeverBeenBroken() {
    with(model -> {
      Answers.Whole whole = Answers.run(model, Answers.request(PROMPT, 40, Answers.warm()));
      for (int cut = 0; cut <= whole.tokens().size(); cut++) {
        int[] had = Arrays.copyOf(whole.ids(), cut);
        Answers.Whole rest = Answers.run(model, Answers.request(PROMPT, 40, Answers.warm(), had));
        assertEquals(whole.tokens().subList(cut, whole.tokens().size()), rest.tokens());
        assertEquals(whole.bits().subList(cut, whole.bits().size()), rest.bits());
        assertEquals(whole.end(), rest.end());
      }
    });
  }

  @Test
  void readsThePromptInBoundedChunks() {
    with(model -> {
      Generation generation =
          Generation.begin(model, Answers.request(Answers.prompt(260), 1, Sampling.greedy()));
      assertEquals(new Step.Prefilled(128, 260), generation.step());
      assertEquals(new Step.Prefilled(256, 260), generation.step());
      assertEquals(new Step.Prefilled(260, 260), generation.step());
      Step.Produced last = assertInstanceOf(Step.Produced.class, generation.step());
      assertEquals(Optional.of(End.LENGTH), last.end());
      assertEquals(new Step.Ended(End.LENGTH), generation.step());
    });
  }

  /** The cache starts with room for 256 positions. */
  @Test
  void growsOverTheFirstSizeOfTheCache() {
    AnswerRequest request = Answers.request(Answers.prompt(250), 20, Sampling.greedy());
    with(model -> {
      Answers.Whole whole = Answers.run(model, request);
      int[] had = Arrays.copyOf(whole.ids(), 12); // one chunk over the edge
      AnswerRequest rest = Answers.request(Answers.prompt(250), 20, Sampling.greedy(), had);
      assertEquals(whole.bits().subList(12, 20), Answers.run(model, rest).bits());
    });
  }

  @Test
  void dependsOnTheKeyAndOnEveryParameter() {
    with(model -> {
      AnswerRequest request = Answers.request(PROMPT, 16, Answers.warm());
      Answers.Whole answer = Answers.run(model, request);
      AnswerRequest otherKey =
          new AnswerRequest(PROMPT, 16, Answers.warm(), Answers.key("other"), Answers.NONE);
      assertNotEquals(answer.tokens(), Answers.run(model, otherKey).tokens());
      for (Sampling other :
          List.of(
              new Sampling(1.9f, 40, 0.95f, List.of()),
              new Sampling(0.8f, 1, 0.95f, List.of()),
              new Sampling(0.8f, 40, 0.05f, List.of()))) {
        AnswerRequest changed = Answers.request(PROMPT, 16, other);
        assertNotEquals(answer.tokens(), Answers.run(model, changed).tokens());
      }
    });
  }

  @Test
  void endsWithTheTokenThatCompletesAStopText() {
    with(model -> {
      Answers.Whole free = Answers.run(model, Answers.request(PROMPT, 40, Answers.warm()));
      String text = Detokenizer.text(model.card().tokenizer(), free.ids());
      for (int at = 0; at + 3 <= text.length(); at += 5) {
        String stop = text.substring(at, at + 3);
        if (stop.contains("\uFFFD")) {
          continue; // bytes that are no text
        }
        Answers.Whole stopped = Answers.run(model, stopping(stop));
        assertEquals(Optional.of(End.STOP), stopped.end());
        String beginning = Detokenizer.text(model.card().tokenizer(), stopped.ids());
        assertTrue(beginning.contains(stop));
        int[] shorter = Arrays.copyOf(stopped.ids(), stopped.ids().length - 1);
        assertFalse(Detokenizer.text(model.card().tokenizer(), shorter).contains(stop));
        assertEquals(free.tokens().subList(0, stopped.tokens().size()), stopped.tokens());
      }
    });
  }

  @Test
  void findsAStopTextThatBeganInWhatWasHad() {
    with(model -> {
      Answers.Whole free = Answers.run(model, Answers.request(PROMPT, 40, Answers.warm()));
      String stop = cleanText(model, free);
      Answers.Whole stopped = Answers.run(model, stopping(stop));
      for (int cut = 0; cut <= stopped.ids().length; cut++) {
        int[] had = Arrays.copyOf(stopped.ids(), cut);
        Sampling sampling = stopping(stop).sampling();
        Answers.Whole rest = Answers.run(model, Answers.request(PROMPT, 40, sampling, had));
        assertEquals(stopped.tokens().subList(cut, stopped.ids().length), rest.tokens());
        assertEquals(Optional.of(End.STOP), rest.end());
      }
    });
  }

  /** Three characters in a row that the answer has, each a token of its own. */
  private static String cleanText(Model model, Answers.Whole answer) {
    String text = Detokenizer.text(model.card().tokenizer(), answer.ids());
    return IntStream.range(10, text.length() - 3)
        .mapToObj(at -> text.substring(at, at + 3))
        .filter(part -> !part.contains("\uFFFD"))
        .findFirst()
        .orElseThrow();
  }

  private static AnswerRequest stopping(String stop) {
    return Answers.request(PROMPT, 40, new Sampling(0.8f, 40, 0.95f, List.of("never so", stop)));
  }

  @Test
  void endsWithAnEndTokenWhichIsPartOfTheAnswer() {
    with(model -> {
      int[] had = {5, 6, 2};
      AnswerRequest request = Answers.request(PROMPT, 40, Answers.warm(), had);
      assertEquals(new Step.Ended(End.STOP), Generation.begin(model, request).step());
      Sampling hot = new Sampling(10, 0, 1, List.of());
      for (int attempt = 0; attempt < 40; attempt++) {
        AnswerRequest other =
            new AnswerRequest(PROMPT, 200, hot, Answers.key("hot" + attempt), Answers.NONE);
        Answers.Whole answer = Answers.run(model, other);
        if (answer.end().equals(Optional.of(End.STOP))) {
          assertTrue(model.card().endTokens().contains(answer.tokens().getLast()));
          assertTrue(answer.tokens().size() <= 200);
          return;
        }
        assertEquals(200, answer.tokens().size());
      }
      throw new AssertionError("no answer met an end token");
    });
  }

  @Test
  void refusesWhatTheModelCannotAnswer() {
    with(model -> {
      refuses(model, Answers.request(PROMPT, 1024 - 70 + 1, Sampling.greedy()));
      refuses(model, Answers.request(new int[] {3, -1}, 4, Sampling.greedy()));
      refuses(model, Answers.request(new int[] {3}, 4, Sampling.greedy(), 100_000));
      Generation.begin(model, Answers.request(PROMPT, 1024 - 70, Sampling.greedy()));
    });
    assertThrows(
        IllegalArgumentException.class, () -> Answers.request(Answers.NONE, 4, Sampling.greedy()));
    assertThrows(
        IllegalArgumentException.class, () -> Answers.request(PROMPT, 0, Sampling.greedy()));
    assertThrows(
        IllegalArgumentException.class, () -> Answers.request(PROMPT, 1, Sampling.greedy(), 3, 4));
  }

  @Test
  void rehearsesWithAnyModel() {
    with(model -> {
      Generation rehearsal = Generation.rehearsal(model);
      while (!(rehearsal.step() instanceof Step.Ended)) {}
    });
  }

  private static void refuses(Model model, AnswerRequest request) {
    assertThrows(IllegalArgumentException.class, () -> Generation.begin(model, request));
  }

  private static void with(Consumer<Model> test) {
    try (Workers workers = new Workers(1);
        Model model = Answers.tiny(folder, 1, Kernels.vector(workers))) {
      test.accept(model);
    }
  }
}
