package exacta.numerics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class RopeFrequenciesTest {
  private static final int SIZE = 64;

  @Test
  void turnsPairsAtFallingSpeeds() {
    RopeFrequencies plain = RopeFrequencies.of(10_000, SIZE);
    assertEquals(1, plain.frequency(0));
    assertEquals(StrictMath.pow(10_000, -62.0 / 64), plain.frequency(31));
    assertEquals(1, plain.magnitude());
  }

  @Test
  void slowsEachPairByItsFactor() {
    float[] factors = new float[SIZE / 2];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = 1 + i * 0.3f;
    }
    RopeFrequencies plain = RopeFrequencies.of(500_000, SIZE);
    RopeFrequencies slower = plain.slowedBy(factors);
    for (int i = 0; i < factors.length; i++) {
      assertEquals(plain.frequency(i) / factors[i], slower.frequency(i));
    }
    factors[3] = 0.99f;
    assertThrows(AssertionError.class, () -> plain.slowedBy(factors));
  }

  @Test
  void slowsAllPairsAlike() {
    RopeFrequencies plain = RopeFrequencies.of(10_000, SIZE);
    RopeFrequencies slower = plain.linear(3);
    for (int i = 0; i < SIZE / 2; i++) {
      assertEquals(plain.frequency(i) * (1 / 3f), slower.frequency(i));
    }
  }

  /** Between the pairs that are kept and those that are slowed down fully, speeds go over. */
  @Test
  void keepsFastPairsAndSlowsSlowOnesByYarn() {
    RopeFrequencies plain = RopeFrequencies.of(1_000_000, SIZE);
    RopeFrequencies yarn = plain.yarn(4, 4096);
    assertEquals(plain.frequency(0), yarn.frequency(0));
    assertEquals(plain.frequency(31) / 4, yarn.frequency(31));
    double before = 1;
    for (int i = 0; i < SIZE / 2; i++) {
      double kept = yarn.frequency(i) / plain.frequency(i);
      assertTrue(kept <= before && kept >= 0.25, "pair " + i);
      before = kept;
    }
    assertEquals(1 + 0.1f * Elementary.log(4), yarn.magnitude());
    assertEquals(1.5f * yarn.magnitude(), yarn.longerBy(1.5f).magnitude());
    assertThrows(AssertionError.class, () -> RopeFrequencies.of(1, SIZE).yarn(4, 4096));
  }

  /** Whatever the numbers, no speed is above 1 and none is not a number. */
  @Test
  void staysFiniteForAnyNumbers() {
    for (float base : new float[] {2, 10_000, 1e9f, Float.MAX_VALUE}) {
      for (float factor : new float[] {1, 1.0001f, 1000, 1 << 20}) {
        for (int context : new int[] {1, 7, 8192, 1 << 24}) {
          for (int size : new int[] {2, 6, 128, 4096}) {
            RopeFrequencies yarn = RopeFrequencies.of(base, size).yarn(factor, context);
            for (int i = 0; i < size / 2; i++) {
              assertTrue(yarn.frequency(i) > 0 && yarn.frequency(i) <= 1);
            }
            assertTrue(yarn.magnitude() >= 1 && yarn.magnitude() < 3);
          }
        }
      }
    }
  }

  /** The table is made in pages, in the order in which positions are met. */
  @Test
  void givesEachPositionItsAngleInAnyOrder() {
    RopeFrequencies yarn = RopeFrequencies.of(10_000, 4).yarn(8, 64).longerBy(1.25f);
    RopeTable table = new RopeTable(yarn, 1000, RopeTable.Pairing.HALVES);
    for (int position : new int[] {999, 0, 256, 255, 512, 700}) {
      float[] x = {1, 1, 0, 0};
      table.rotate(x, 0, position);
      for (int pair = 0; pair < 2; pair++) {
        double angle = position * yarn.frequency(pair);
        assertEquals((float) StrictMath.cos(angle) * yarn.magnitude(), x[pair]);
        assertEquals((float) StrictMath.sin(angle) * yarn.magnitude(), x[2 + pair]);
      }
    }
    assertThrows(
        AssertionError.class,
        () -> new RopeTable(yarn, RopeTable.POSITIONS_MAX + 1, RopeTable.Pairing.HALVES));
  }

  @Test
  void choosesExpertsByFallingLogit() {
    float[] logits = {9, 0.5f, 2, 2, -1, 2};
    ExpertChoice choice = ExpertChoice.of(logits, 1, 5, 3);
    assertArrayEquals(new int[] {1, 2, 4}, choice.experts());
    float third = 1f / 3;
    assertArrayEquals(new float[] {third, third, third}, choice.shares());
    assertEquals(2, choice.slotOf(4));
    assertEquals(-1, choice.slotOf(0));
    ExpertChoice all = ExpertChoice.of(logits, 0, 6, 6);
    assertArrayEquals(new int[] {0, 2, 3, 5, 1, 4}, all.experts());
    for (float bad : List.of(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY)) {
      logits[4] = bad;
      assertTrue(Float.isNaN(ExpertChoice.of(logits, 0, 6, 1).shares()[0]));
    }
  }
}
