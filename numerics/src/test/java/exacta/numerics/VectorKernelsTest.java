package exacta.numerics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.ExactaException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The fast kernels give the bits of the scalar ones. */
class VectorKernelsTest {
  private final Random random = new Random(20261124);
  private final Workers one = new Workers(1);
  private final Workers two = new Workers(2);
  private final Kernels scalar = Kernels.scalar();
  private final Kernels[] fast = {Kernels.vector(one), Kernels.vector(two)};

  @AfterEach
  void endWorkers() {
    one.close();
    two.close();
  }

  private float[] activations(int count) {
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  @Test
  void normalizesRotatesAndGatesAlike() {
    for (int width : new int[] {2, 15, 16, 17, 33, 64, 100, 576}) {
      float[] x = activations(3 * width);
      float[] gain = activations(width);
      float[] wide = activations(3 * width);
      for (int i = 0; i < wide.length; i++) {
        wide[i] *= 60;
      }
      float[] expected = new float[x.length];
      float[] actual = new float[x.length];
      for (Kernels kernels : fast) {
        scalar.rmsNorm(x, 3, gain, 1e-5f, expected);
        kernels.rmsNorm(x, 3, gain, 1e-5f, actual);
        assertSameBits(expected, actual, "norm " + width);
        scalar.swiGlu(wide, x, x.length, expected);
        kernels.swiGlu(wide, x, x.length, actual);
        assertSameBits(expected, actual, "gate " + width);
        scalar.geGlu(wide, x, x.length, expected);
        kernels.geGlu(wide, x, x.length, actual);
        assertSameBits(expected, actual, "tanh gate " + width);
        for (int at : new int[] {0, 1, 5}) {
          int count = wide.length - at;
          LogitRange range = kernels.range(wide, at, count);
          assertEquals(scalar.range(wide, at, count), range);
          assertEquals(
              scalar.sumOfExp(wide, at, count, range.largest()),
              kernels.sumOfExp(wide, at, count, range.largest()));
        }
      }
    }
  }

  @Test
  void looksThroughLogitsAlike() {
    for (int count = 1; count < 70; count++) {
      float[] logits = activations(count + 3);
      for (Kernels kernels : fast) {
        assertEquals(scalar.range(logits, 3, count), kernels.range(logits, 3, count));
        logits[3 + count / 2] = logits[3 + count - 1] = 1e30f; // a tie
        LogitRange tie = kernels.range(logits, 3, count);
        assertEquals(scalar.range(logits, 3, count), tie);
        assertEquals(count / 2, tie.mostLikely());
        for (float wrong : new float[] {Float.NaN, 1 / 0f, -1 / 0f}) {
          for (int at = 0; at < count; at++) {
            float right = logits[3 + at];
            logits[3 + at] = wrong;
            assertFalse(kernels.range(logits, 3, count).finite());
            assertFalse(scalar.range(logits, 3, count).finite());
            logits[3 + at] = right;
          }
        }
      }
    }
  }

  @Test
  void findsWhatIsNearTheLargestLogitAlike() {
    for (int seed = 0; seed < 2000; seed++) {
      int count = 1 + random.nextInt(100);
      float[] logits = new float[count + 2];
      for (int i = 0; i < logits.length; i++) {
        // Multiples of ln 2 lead to many sums that are half way.
        logits[i] =
            random.nextBoolean()
                ? 6 * (float) random.nextGaussian()
                : -0.6931472f * random.nextInt(25);
      }
      float largest = scalar.range(logits, 2, count).largest();
      float least = -8 - random.nextInt(8);
      float unit = random.nextBoolean() ? 0x1p-23f : 0x1p-20f;
      int[] expected = new int[count];
      int[] actual = new int[count];
      int near = scalar.near(logits, 2, count, largest, least, expected);
      float units = scalar.units(logits, 2, count, largest, least, unit);
      for (Kernels kernels : fast) {
        assertEquals(near, kernels.near(logits, 2, count, largest, least, actual));
        assertArrayEquals(expected, actual);
        assertEquals(units, kernels.units(logits, 2, count, largest, least, unit));
      }
    }
  }

  @Test
  void dividesAlike() {
    for (int seed = 0; seed < 200; seed++) {
      int count = 1 + random.nextInt(100);
      float[] x = new float[count + 2];
      for (int i = 0; i < x.length; i++) {
        x[i] = (float) random.nextGaussian() * (1 << random.nextInt(30));
      }
      float divisor = random.nextFloat(0.001f, 10);
      float[] expected = new float[count];
      float[] actual = new float[count];
      scalar.divide(x, 2, count, divisor, expected);
      for (Kernels kernels : fast) {
        kernels.divide(x, 2, count, divisor, actual);
        assertArrayEquals(expected, actual);
      }
    }
  }

  @Test
  void takesEachTurnOnce() {
    for (Kernels kernels : List.of(scalar, fast[0], fast[1])) {
      AtomicIntegerArray taken = new AtomicIntegerArray(37);
      kernels.forEach(taken.length(), taken::incrementAndGet);
      for (int turn = 0; turn < taken.length(); turn++) {
        assertEquals(1, taken.get(turn));
      }
    }
  }

  /** Within a few units in the last place of the function that it stands for. */
  @Test
  void gatesByTheTangentOfAHyperbola() {
    for (double x = -9; x < 9; x += 0.0137) {
      float value = (float) x;
      double u = Math.sqrt(2 / Math.PI) * (value + 0.044715 * Math.pow(value, 3));
      double expected = value / (1 + Math.exp(-2 * u));
      assertEquals(expected, ScalarKernels.gelu(value), 1e-6 * (Math.abs(expected) + 1e-3));
    }
    assertEquals(0, ScalarKernels.gelu(0));
    assertEquals(1e30f, ScalarKernels.gelu(1e30f));
    assertTrue(Float.isFinite(ScalarKernels.gelu(-1e30f)));
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      assertFalse(Float.isFinite(ScalarKernels.gelu(bad)));
    }
  }

  @Test
  void exponentiatesNegativeNumbersAlike() {
    float[] x = new float[16];
    int last = Float.floatToRawIntBits(-110f);
    for (int bits = Float.floatToRawIntBits(-0f); bits < last; bits += 997) { // some million
      for (int i = 0; i < x.length; i++) {
        x[i] = i == 15 ? Float.NEGATIVE_INFINITY : Float.intBitsToFloat(bits + i);
      }
      float[] y = x.clone();
      Lanes.sumOfExp(y, 0, 16, 0);
      assertSameBits(exponentials(x), y, "exp");
    }
  }

  @Test
  void addsOneToExponentialsAlike() {
    float[] x = new float[16];
    float[] y = new float[16];
    for (float start = -110; start < 88; start += 0.0613f) {
      for (int i = 0; i < x.length; i++) {
        x[i] = i == 15 ? Float.NEGATIVE_INFINITY : Math.min(88, start + i * 0.0037f);
      }
      for (int i = 0; i < x.length; i += Lanes.COUNT) {
        Lanes.onePlusExp(Lanes.load(x, i)).intoArray(y, i);
      }
      float[] expected = exponentials(x);
      for (int i = 0; i < x.length; i++) {
        expected[i] += 1;
      }
      assertSameBits(expected, y, "1 + exp");
    }
  }

  private static float[] exponentials(float[] x) {
    float[] exponentials = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      exponentials[i] = Elementary.exp(x[i]);
    }
    return exponentials;
  }

  @Test
  void showsWhatIsNotFinite() {
    byte[] data =
        new RandomWeights(1).matrix(WeightFormat.Q4_0, 4, 64, RandomWeights.Style.ORDINARY);
    for (Kernels kernels : new Kernels[] {scalar, fast[0], fast[1]}) {
      WeightMatrix w = kernels.load("w", WeightFormat.Q4_0, 4, 64, MemorySegment.ofArray(data));
      for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -Float.MAX_VALUE}) {
        float[] x = new float[64];
        x[5] = bad;
        float[] out = new float[64];
        if (Float.isFinite(bad)) {
          float[] ones = new float[64];
          java.util.Arrays.fill(ones, 1);
          kernels.rmsNorm(x, 1, ones, 1e-5f, out);
          assertFalse(Elementary.allFinite(out, 0, 64), "a sum of squares that overflows");
        } else {
          kernels.multiply(w, x, 1, out);
          assertFalse(Elementary.allFinite(out, 0, 4), "product with " + bad);
        }
      }
      data[1] = 0x7c;
      data[0] = 0;
      assertThrows(
          ExactaException.class,
          () -> kernels.load("w", WeightFormat.Q4_0, 4, 64, MemorySegment.ofArray(data)));
      data[1] = 0x20;
    }
    KeyValueCache cache = KeyValueCache.of(new KeyValueShape(1, 1, 2), 1);
    assertFalse(cache.store(0, 0, new float[] {1, 70_000}, 0, new float[2], 0));
    assertFalse(cache.store(0, 0, new float[2], 0, new float[] {Float.NaN, 1}, 0));
    assertTrue(cache.store(0, 0, new float[2], 0, new float[2], 0));
  }

  @Test
  void runsEachTurnOnce() {
    for (int i = 0; i < 2000; i++) {
      int count = 1 + i % 7;
      int[] turns = new int[count];
      two.forRange(
          count,
          1,
          (from, to) -> {
            for (int t = from; t < to; t++) {
              turns[t]++;
            }
          });
      for (int turn : turns) {
        assertEquals(1, turn);
      }
    }
  }

  private static void assertSameBits(float[] expected, float[] actual, String what) {
    for (int i = 0; i < expected.length; i++) {
      if (Float.floatToRawIntBits(expected[i]) != Float.floatToRawIntBits(actual[i])) {
        throw new AssertionError(
            what + ": value " + i + " is " + actual[i] + ", not " + expected[i]);
      }
    }
  }
}
