package exacta.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.numerics.Kernels;
import exacta.numerics.Workers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecomputationTest {
  private static final int[] PROMPT = Answers.prompt(50);
  private static final AnswerRequest REQUEST = Answers.request(PROMPT, 150, Answers.warm());

  @TempDir static Path folder;

  @Test
  void findsARightAnswerInThePassesOfAPrefill() {
    with(model -> {
      Answers.Whole answer = Answers.run(model, REQUEST);
      Recomputation check = Recomputation.begin(model, REQUEST, answer.ids(), false);
      int steps = 1;
      while (!check.step()) {
        steps++;
      }
      assertEquals(answer, Answers.whole(check.result()));
      assertTrue(steps <= Math.ceilDiv(PROMPT.length + answer.ids().length, 128));
    });
  }

  @Test
  void isTheSameForScalarKernels() {
    AnswerRequest request = Answers.request(PROMPT, 20, Answers.warm());
    try (Model model = Answers.tiny(folder, 1, Kernels.scalar())) {
      Answers.Whole answer = Answers.run(model, request);
      assertEquals(answer, Answers.check(model, request, answer.ids(), false));
      with(vector -> assertEquals(answer, Answers.check(vector, request, answer.ids(), false)));
    }
  }

  @Test
  void confirmsEveryPrefixThatClaimsToBeCut() {
    with(model -> {
      Answers.Whole answer = Answers.run(model, REQUEST);
      for (int count = 0; count <= answer.ids().length; count += 7) {
        Answers.Whole prefix = prefix(model, REQUEST, count);
        int[] claimed = Arrays.copyOf(answer.ids(), count);
        assertEquals(prefix, Answers.check(model, REQUEST, claimed, true));
      }
      Answers.Whole whole = Answers.check(model, REQUEST, answer.ids(), true);
      assertEquals(Optional.empty(), whole.end());
      assertEquals(answer.digest(), whole.digest());
    });
  }

  @Test
  void checksOnlyTheTokensAfterThoseThatWereHad() {
    with(model -> {
      Answers.Whole answer = Answers.run(model, REQUEST);
      int[] had = Arrays.copyOf(answer.ids(), 30);
      AnswerRequest rest = Answers.request(PROMPT, 150, Answers.warm(), had);
      Answers.Whole expected = Answers.run(model, rest);
      assertEquals(expected, Answers.check(model, rest, expected.ids(), false));
    });
  }

  @Test
  void findsTheTrueAnswerWhereverTokensAreWrong() {
    with(model -> {
      for (Sampling sampling : samplings()) {
        AnswerRequest request = Answers.request(PROMPT, 90, sampling);
        Answers.Whole answer = Answers.run(model, request);
        for (int at : new int[] {0, 1, 30, 77, 78, 79, answer.ids().length - 1}) {
          for (int wrong : new int[] {(answer.ids()[at] + 1) % 250, -7, Integer.MAX_VALUE}) {
            int[] claimed = answer.ids();
            claimed[at] = wrong;
            claimed[Math.min(at + 3, claimed.length - 1)] = wrong;
            assertEquals(answer, Answers.check(model, request, claimed, false));
          }
        }
      }
    });
  }

  @Test
  void saysThatAnAnswerGoesOnWhereItIsClaimedToEnd() {
    with(model -> {
      for (int count : new int[] {0, 1, 60, 77, 78, 79, 140}) {
        int[] claimed = Arrays.copyOf(Answers.run(model, REQUEST).ids(), count);
        assertEquals(prefix(model, REQUEST, count), Answers.check(model, REQUEST, claimed, false));
      }
    });
  }

  @Test
  void saysWhereAnAnswerEndsThatIsClaimedToGoOn() {
    with(model -> {
      AnswerRequest request = Answers.request(PROMPT, 20, Answers.warm());
      Answers.Whole answer = Answers.run(model, request);
      int[] longer = Arrays.copyOf(answer.ids(), 40);
      assertEquals(answer, Answers.check(model, request, longer, false));
      Answers.Whole cut = Answers.check(model, request, longer, true);
      assertEquals(answer.tokens(), cut.tokens());
    });
  }

  @Test
  void anotherKeyParameterOrModelGivesAnotherAnswer() {
    with(model -> {
      AnswerRequest request = Answers.request(PROMPT, 30, Answers.warm());
      Answers.Whole answer = Answers.run(model, request);
      AnswerRequest otherKey =
          new AnswerRequest(PROMPT, 30, Answers.warm(), Answers.key("other"), Answers.NONE);
      assertNotEquals(
          answer.tokens(), Answers.check(model, otherKey, answer.ids(), false).tokens());
      Sampling otherSampling = new Sampling(1.5f, 40, 0.95f, List.of());
      AnswerRequest changed = Answers.request(PROMPT, 30, otherSampling);
      assertNotEquals(answer.tokens(), Answers.check(model, changed, answer.ids(), false).tokens());
      try (Workers workers = new Workers(1);
          Model other = Answers.tiny(folder, 2, Kernels.vector(workers))) {
        assertNotEquals(
            answer.tokens(), Answers.check(other, request, answer.ids(), false).tokens());
      }
    });
  }

  /** What the digest is for: equal tokens do not show that the model was run. */
  @Test
  void givesAnotherDigestForTheSameTokensOfAnotherModel() {
    with(model -> {
      AnswerRequest one = Answers.request(PROMPT, 1, Sampling.greedy());
      Answers.Whole answer = Answers.run(model, one);
      try (Workers workers = new Workers(1);
          Model other = Answers.tiny(folder, 2, Kernels.vector(workers))) {
        assertNotEquals(answer.digest(), Answers.check(other, one, answer.ids(), false).digest());
      }
    });
  }

  /** Whatever may be wrong with an answer, wherever a claim about it stands among others. */
  @Test
  void checksManyClaimsAtOnceAsIfEachWereAlone() {
    with(model -> {
      List<Claim> claims = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        int[] prompt = Answers.prompt(1 + 23 * i);
        AnswerRequest request = Answers.request(prompt, 10 + 7 * i, samplings().get(i % 4));
        int[] tokens = Answers.run(model, request).ids();
        switch (i % 5) {
          case 1 -> tokens[tokens.length / 2] += 1;
          case 2 -> tokens[0] = -1;
          case 3 -> tokens = Arrays.copyOf(tokens, tokens.length / 2);
          default -> {}
        }
        claims.add(new Claim(request, tokens, i % 3 == 0));
      }
      for (int rowsTogether : new int[] {1, 5, 128}) {
        Recomputation together = Recomputation.begin(model, claims, rowsTogether);
        while (!together.step()) {}
        for (int i = 0; i < claims.size(); i++) {
          Claim claim = claims.get(i);
          assertEquals(
              Answers.check(model, claim.request(), claim.tokens(), claim.cut()),
              Answers.whole(together.results().get(i)),
              "claim " + i + ", " + rowsTogether + " rows together");
        }
      }
    });
  }

  @Test
  void tellsTheLikeliestTokensOfTheTrueAnswerAndChangesNothingElse() {
    with(model -> {
      AnswerRequest plain = Answers.request(PROMPT, 30, Answers.warm());
      AnswerRequest told = Answers.request(PROMPT, 30, Answers.warm().withLikeliest(20));
      Answers.Whole answer = Answers.run(model, plain);
      Answers.Whole more = Answers.run(model, told);
      assertEquals(answer.tokens(), more.tokens());
      assertEquals(answer.digest(), more.digest());
      assertEquals(41 * answer.bits().size(), more.bits().size());
      int[] wrong = answer.ids();
      wrong[9]++;
      assertEquals(more, Answers.check(model, told, wrong, false));
    });
  }

  private static List<Sampling> samplings() {
    return List.of(
        Sampling.greedy(),
        Answers.warm().withLikeliest(3),
        Answers.warm().withPenalties(new Penalties(1.3f, 0.2f, 0.1f)),
        new Sampling(1.2f, 0, 1, List.of()).withMinP(0.02f).withBias(bias(7, 3)));
  }

  private static SortedMap<Integer, Float> bias(int token, float value) {
    return new TreeMap<>(Map.of(token, value));
  }

  @Test
  void findsEveryChangeOfWhatWasOrdered() {
    with(model -> {
      for (Sampling sampling : samplings()) {
        AnswerRequest request = Answers.request(PROMPT, 60, sampling);
        Answers.Whole answer = Answers.run(model, request);
        assertEquals(answer, Answers.check(model, request, answer.ids(), false));
        for (Sampling other :
            List.of(
                sampling.withBias(bias(answer.ids()[30], -100)),
                sampling.withPenalties(new Penalties(3, 0, 0)),
                sampling.withPenalties(new Penalties(1, 0, 2)),
                sampling.withPenalties(new Penalties(1, 2, 1.5f)))) {
          AnswerRequest changed = Answers.request(PROMPT, 60, other);
          Answers.Whole truth = Answers.check(model, changed, answer.ids(), false);
          assertNotEquals(answer.tokens(), truth.tokens(), other.toString());
          assertEquals(Answers.run(model, changed), truth);
        }
      }
    });
  }

  @Test
  void takesPenaltiesFromWhatWasHad() {
    with(model -> {
      for (Sampling sampling : samplings()) {
        AnswerRequest request = Answers.request(PROMPT, 80, sampling);
        Answers.Whole answer = Answers.run(model, request);
        int[] had = Arrays.copyOf(answer.ids(), 33);
        AnswerRequest rest = Answers.request(PROMPT, 80, sampling, had);
        Answers.Whole expected = Answers.run(model, rest);
        assertEquals(answer.tokens().subList(33, answer.tokens().size()), expected.tokens());
        assertEquals(expected, Answers.check(model, rest, expected.ids(), false));
        int[] wrong = expected.ids();
        wrong[20] = (wrong[20] + 1) % 250;
        assertEquals(expected, Answers.check(model, rest, wrong, false));
      }
    });
  }

  /** The first tokens of an answer, with the digest that it had then. */
  private static Answers.Whole prefix(Model model, AnswerRequest request, int count) {
    Answers.Whole whole = Answers.run(model, request);
    Generation generation = Generation.begin(model, request);
    int produced = 0;
    while (produced < count) {
      produced += generation.step() instanceof Step.Produced ? 1 : 0;
    }
    return new Answers.Whole(
        whole.tokens().subList(0, count),
        whole.bits().subList(0, count),
        Optional.empty(),
        generation.digest());
  }

  private static void with(Consumer<Model> test) {
    try (Workers workers = new Workers(2);
        Model model = Answers.tiny(folder, 1, Kernels.vector(workers))) {
      test.accept(model);
    }
  }
}
