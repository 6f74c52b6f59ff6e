package exacta.numerics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.ExactaException;
import java.lang.foreign.MemorySegment;
import java.util.Random;
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
        assertEquals(scalar.logProbability(wide, 1), kernels.logProbability(wide, 1));
      }
    }
  }

  @Test
  void exponentiatesAlike() {
    float[] x = new float[16];
    for (float start = -110; start < 88; start += 0.0613f) {
      for (int i = 0; i < x.length; i++) {
        x[i] = Math.min(88, start + i * 0.0037f);
      }
      float[] y = x.clone();
      Lanes.sumOfExp(y, 0, 16, 0);
      for (int i = 0; i < x.length; i++) {
        assertEquals(Float.floatToRawIntBits(Elementary.exp(x[i])), Float.floatToRawIntBits(y[i]));
      }
    }
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
