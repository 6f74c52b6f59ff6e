package exacta.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LikeliestTest {
  /** Few values, so that many are equal; both zeros, which are equal, too. */
  private static float[] logits(Random random, int count) {
    float[] logits = new float[count];
    for (int i = 0; i < count; i++) {
      logits[i] = (random.nextInt(9) - 4) * (random.nextBoolean() ? 0.5f : 1);
    }
    return logits;
  }

  @Test
  void isSortedByLogitAndThenById() {
    Random random = new Random(3);
    for (int run = 0; run < 300; run++) {
      int vocabulary = 1 + random.nextInt(60);
      int at = random.nextInt(5);
      float[] logits = logits(random, at + vocabulary);
      int wanted = random.nextInt(21);
      int[] expected =
          IntStream.range(0, vocabulary)
              .boxed()
              .sorted(
                  Comparator.<Integer>comparingDouble(token -> 0d - logits[at + token])
                      .thenComparing(token -> token))
              .limit(wanted)
              .mapToInt(token -> token)
              .toArray();
      Likeliest found = Likeliest.of(logits, at, vocabulary, wanted, 4, 1.5f);
      assertArrayEquals(expected, found.tokens(), "run " + run);
      for (int i = 0; i < expected.length; i++) {
        assertEquals(logits[at + expected[i]] - 4 - 1.5f, found.logProbabilities()[i]);
      }
    }
  }

  @Test
  void isAtMostTwenty() {
    Sampling.greedy().withLikeliest(20);
    assertThrows(IllegalArgumentException.class, () -> Sampling.greedy().withLikeliest(21));
    assertThrows(IllegalArgumentException.class, () -> Sampling.greedy().withLikeliest(-1));
  }
}
