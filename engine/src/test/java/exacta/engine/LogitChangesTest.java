package exacta.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Bias and penalties against the rule written down as plainly as can be. */
class LogitChangesTest {
  private static final int VOCABULARY = 60;

  @Test
  void equalTheRule() {
    for (int seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      Sampling sampling = sampling(random);
      LogitChanges changes = new LogitChanges(sampling, VOCABULARY);
      int[] occurrences = new int[VOCABULARY];
      for (int step = 0; step < 5; step++) {
        for (int i = random.nextInt(100); i > 0; i--) {
          int token = random.nextInt(VOCABULARY);
          occurrences[token]++;
          changes.occurs(token);
        }
        float[] logits = logits(random);
        float[] changed = logits.clone();
        changes.apply(changed, 0);
        float[] expected = logits.clone();
        for (int token = 0; token < VOCABULARY; token++) {
          expected[token] = rule(logits[token], token, sampling, occurrences[token]);
        }
        assertArrayEquals(expected, changed, "seed " + seed);
        changes.undo(changed, 0);
        assertArrayEquals(logits, changed, "seed " + seed);
      }
    }
  }

  private static float rule(float logit, int token, Sampling sampling, int occurrences) {
    float x = logit;
    if (sampling.bias().containsKey(token)) {
      x += sampling.bias().get(token);
    }
    if (occurrences > 0) {
      Penalties penalties = sampling.penalties();
      x = x > 0 ? x / penalties.repetition() : x * penalties.repetition();
      float taken = (float) occurrences * penalties.frequency();
      taken += penalties.presence();
      x -= taken;
    }
    return x;
  }

  private static float[] logits(Random random) {
    float[] logits = new float[VOCABULARY];
    for (int i = 0; i < VOCABULARY; i++) {
      logits[i] = (float) random.nextGaussian() * 9;
    }
    return logits;
  }

  private static Sampling sampling(Random random) {
    SortedMap<Integer, Float> bias = new TreeMap<>();
    for (int i = random.nextInt(8); i > 0; i--) {
      bias.put(random.nextInt(VOCABULARY), random.nextFloat(-100, 100));
    }
    Penalties penalties =
        random.nextInt(4) == 0
            ? Penalties.none()
            : new Penalties(
                random.nextFloat(0.1f, 2), random.nextFloat(-2, 2), random.nextFloat(-2, 2));
    return Sampling.greedy().withBias(bias).withPenalties(penalties);
  }

  @Test
  void changeNothingBeforeThatIndex() {
    LogitChanges changes =
        new LogitChanges(Sampling.greedy().withPenalties(new Penalties(2, 0, 0)), 2);
    assertTrue(changes.isEmpty());
    changes.occurs(1);
    float[] logits = {8, 8, 8, 8};
    changes.apply(logits, 2);
    assertArrayEquals(new float[] {8, 8, 8, 4}, logits);
    changes.undo(logits, 2);
    assertArrayEquals(new float[] {8, 8, 8, 8}, logits);
  }

  @Test
  void areRefusedOutOfRange() {
    for (float wrong : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -3, 101}) {
      assertThrows(IllegalArgumentException.class, () -> new Penalties(wrong, 0, 0));
      assertThrows(IllegalArgumentException.class, () -> new Penalties(1, wrong, 0));
      assertThrows(IllegalArgumentException.class, () -> new Penalties(1, 0, wrong));
      assertThrows(IllegalArgumentException.class, () -> Sampling.greedy().withMinP(wrong));
    }
    for (float wrong : new float[] {Float.NaN, Float.NEGATIVE_INFINITY, -100.1f}) {
      SortedMap<Integer, Float> bias = new TreeMap<>(Map.of(4, wrong));
      assertThrows(IllegalArgumentException.class, () -> Sampling.greedy().withBias(bias));
    }
    SortedMap<Integer, Float> many = new TreeMap<>();
    for (int token = 0; token <= Sampling.BIAS_COUNT_MAX; token++) {
      many.put(token, 1f);
    }
    assertThrows(IllegalArgumentException.class, () -> Sampling.greedy().withBias(many));
    many.remove(0);
    Sampling.greedy().withBias(many).withMinP(1);
    new Sampling(0, 0, 1, List.of()).withPenalties(new Penalties(10, -2, 2));
  }
}
