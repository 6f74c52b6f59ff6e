package exacta.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.numerics.Kernels;
import exacta.numerics.KeyValueCache;
import exacta.numerics.Workers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drafts change how many passes an answer takes, and nothing else. */
class DraftsTest {
  private static final int TOKENS = 61;

  @TempDir static Path folder;
  private final Workers workers = new Workers(1);
  private final Model model = Answers.tiny(folder, 1, Kernels.vector(workers));

  @AfterEach
  void close() {
    model.close();
    workers.close();
  }

  /** How an answer was computed. */
  private record Run(List<Step> steps, int passes, int drafted) {
    List<Integer> tokens() {
      return steps.stream()
          .filter(Step.Produced.class::isInstance)
          .map(step -> ((Step.Produced) step).token())
          .toList();
    }
  }

  /**
   * Computes an answer to its end.
   *
   * @param draftsMax of each pass
   * @param failing a position that counts as failed
   */
  private Run run(AnswerRequest request, int draftsMax, int failing) {
    AnswerSequence sequence = new AnswerSequence(model, request);
    TransformerPass pass = new TransformerPass(model.weights(), model.kernels());
    KeyValueCache cache =
        KeyValueCache.of(model.weights().shape().keyValues(), sequence.positionsMax());
    List<Step> steps = new ArrayList<>();
    int passes = 0;
    int drafted = 0;
    while (!sequence.isOver()) {
      int wanted = sequence.wanted();
      TransformerPass.Part part = sequence.part(cache, wanted, draftsMax);
      assertTrue(part.count() - wanted <= draftsMax);
      drafted += part.count() - wanted;
      int finite = Math.min(pass.forward(List.of(part))[0], Math.max(0, failing - part.first()));
      sequence.take(part, finite).ifPresent(steps::add);
      if (sequence.isReadable()) {
        sequence.produce(pass.read(0, part.read()), 0, steps::add);
      }
      passes++;
    }
    return new Run(steps, passes, drafted);
  }

  /** Always the same token, after a prompt without it. */
  private static AnswerRequest monotonous() {
    TreeMap<Integer, Float> bias = new TreeMap<>();
    bias.put(200, 100f);
    return Answers.request(new int[] {3, 4, 5}, TOKENS, Sampling.greedy().withBias(bias));
  }

  /** Three are drafted at first and seven soon, and all are right but for the first two tokens. */
  @Test
  void anAnswerThatRepeatsItselfTakesAnEighthOfThePasses() {
    Run plain = run(monotonous(), 0, Integer.MAX_VALUE);
    assertEquals(TOKENS, plain.passes());
    Run drafts = run(monotonous(), 7, Integer.MAX_VALUE);
    assertEquals(plain.steps(), drafts.steps());
    int afterTheFirst = TOKENS - 3 - 4; // one token each of three passes, and four of one
    assertEquals(4 + Math.ceilDiv(afterTheFirst, 8), drafts.passes());
  }

  @Test
  void neverDraftsMoreThanItMayNorBeyondTheLastToken() {
    AnswerRequest request = monotonous();
    for (int most = 1; most <= 7; most++) {
      Run run = run(request, most, Integer.MAX_VALUE);
      assertEquals(TOKENS, run.tokens().size());
      assertEquals(TOKENS - run.passes(), run.drafted(), "all drafts were right");
    }
  }

  @Test
  void aPositionThatFailsEndsTheAnswerAtItsTokenDraftedOrNot() {
    for (int failing = 3; failing < 3 + TOKENS - 1; failing++) {
      Run plain = run(monotonous(), 0, failing);
      assertEquals(new Step.Ended(End.FAILED), plain.steps().getLast());
      assertEquals(failing - 3 + 1, plain.tokens().size());
      assertEquals(plain.steps(), run(monotonous(), 7, failing).steps());
    }
  }

  /** Texts of a few different tokens make many drafts, right ones and wrong ones. */
  @Test
  void anyAnswerIsTheSameBitsWithAndWithoutDrafts() {
    Random random = new Random(20261128);
    int right = 0;
    int wrong = 0;
    for (int i = 0; i < 60; i++) {
      int tokens = 3 + random.nextInt(6);
      int[] prompt = random.ints(2 + random.nextInt(60), 3, 3 + tokens).toArray();
      TreeMap<Integer, Float> bias = new TreeMap<>();
      IntStream.range(0, tokens).forEach(token -> bias.put(3 + token, 12f));
      Sampling sampling = sampling(i, random).withBias(bias);
      AnswerRequest request = Answers.request(prompt, 1 + random.nextInt(60), sampling);
      Answers.Whole expected = Answers.run(Generation.withoutDrafts(model, request));
      Run run = run(request, 1 + random.nextInt(7), Integer.MAX_VALUE);
      assertEquals(expected.tokens(), run.tokens());
      assertEquals(expected, Answers.run(model, request));
      assertEquals(expected, Answers.check(model, request, expected.ids(), false));
      int saved = run.tokens().size() - run.passes();
      right += saved;
      wrong += run.drafted() - saved;
    }
    assertTrue(right > 100 && wrong > 100, right + " drafts were right and " + wrong + " wrong");
  }

  private static Sampling sampling(int i, Random random) {
    Sampling sampling =
        i % 3 == 0
            ? Sampling.greedy()
            : new Sampling(
                0.3f + random.nextFloat(), 40, 0.95f, i % 4 == 0 ? List.of("e") : List.of());
    if (i % 5 == 0) {
      sampling = sampling.withPenalties(new Penalties(1.3f, 0.4f, 0.2f));
    }
    return i % 7 == 0 ? sampling.withLikeliest(3) : sampling;
  }

  @Test
  void anAnswerThatFitsASchemaIsTheSameBitsWithAndWithoutDrafts() {
    String schema =
        """
        {"type": "array", "items": {"enum": ["yes", "no"]}, "minItems": 6, "maxItems": 9}\
        """;
    Sampling sampling = Answers.warm().withSchema(schema);
    AnswerRequest request = Answers.request(Answers.prompt(12), 90, sampling);
    Answers.Whole expected = Answers.run(Generation.withoutDrafts(model, request));
    Run run = run(request, 7, Integer.MAX_VALUE);
    assertEquals(expected.tokens(), run.tokens());
    assertTrue(run.passes() < run.tokens().size(), "items repeat themselves");
    assertEquals(expected, Answers.run(model, request));
  }

  /** The first pass with drafts and the ones after it have all the rows that are cheap. */
  @Test
  void aBatchDraftsAsFarAsRowsAreCheap() {
    try (ComputePool pool = new ComputePool(workers);
        Batcher batcher = new Batcher(model, pool, BatchLimits.usual())) {
      Answers.Whole expected = Answers.run(Generation.withoutDrafts(model, monotonous()));
      assertEquals(expected, Answers.run(batcher.begin(monotonous(), this)));
      int each = model.rowsTogether() - 1;
      assertTrue(each > 0);
      long inFullPasses = (TOKENS - 3 - 4) / (each + 1) * each;
      assertTrue(batcher.status().draftsRight() >= inFullPasses);
    }
  }
}
