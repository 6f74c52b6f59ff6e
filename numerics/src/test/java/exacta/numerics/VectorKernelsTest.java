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

  @Test
  void multipliesAroundTheEdgesOfGroups() {
    for (WeightFormat format : WeightFormat.values()) {
      for (int rows = 1; rows <= 70; rows += rows % 16 < 2 || rows % 16 == 15 ? 1 : 5) {
        int cols = 32 * (1 + random.nextInt(4));
        compareProducts(format, rows, cols, 1 + random.nextInt(20), random.nextInt(4));
      }
    }
  }

  @Test
  void multipliesEveryBatchOfUpToTwentyTokens() {
    for (WeightFormat format : WeightFormat.values()) {
      for (int tokens = 1; tokens <= 20; tokens++) {
        compareProducts(format, 37, 96, tokens, tokens % 4);
      }
    }
    compareProducts(WeightFormat.Q4_1, 33, 64, 300, 0);
  }

  /** Style 1 has the largest integers and scales, 2 subnormals, 3 many zeros. */
  private void compareProducts(WeightFormat format, int rows, int cols, int tokens, int style) {
    MemorySegment data = MemorySegment.ofArray(weights(format, rows, cols, style));
    float[] x = activations(tokens * cols, style);
    float[] expected = new float[tokens * rows];
    WeightMatrix reference = scalar.load("w", format, rows, cols, data);
    scalar.multiply(reference, x, tokens, expected);
    float[] row = new float[cols];
    scalar.decodeRow(reference, rows - 1, row, 0);
    String what = format + " " + rows + "x" + cols + ", tokens " + tokens + ", style " + style;
    for (Kernels kernels : fast) {
      WeightMatrix matrix = kernels.load("w", format, rows, cols, data);
      float[] actual = new float[expected.length];
      kernels.multiply(matrix, x, tokens, actual);
      assertSameBits(expected, actual, what);
      float[] decoded = new float[cols];
      kernels.decodeRow(matrix, rows - 1, decoded, 0);
      assertSameBits(row, decoded, what);
    }
  }

  private byte[] weights(WeightFormat format, int rows, int cols, int style) {
    byte[] data = new byte[(int) (rows * format.rowBytes(cols))];
    random.nextBytes(data);
    for (int at = 0; at < data.length; at += format.blockBytes()) {
      switch (format) {
        case F32 -> putBits(data, at, Float.floatToRawIntBits(activation(style)), 4);
        case F16 -> putBits(data, at, half(style), 2);
        case Q4_1 -> {
          putBits(data, at, half(style), 2);
          putBits(data, at + 2, half(style), 2);
          extremes(data, at + 4, 16, style, (byte) 0xf0);
        }
        case Q4_0 -> {
          putBits(data, at, half(style), 2);
          extremes(data, at + 2, 16, style, (byte) 0);
        }
        case Q8_0 -> {
          putBits(data, at, half(style), 2);
          extremes(data, at + 2, 32, style, (byte) -128);
        }
      }
    }
    return data;
  }

  private static void extremes(byte[] data, int at, int count, int style, byte value) {
    if (style == 1) {
      java.util.Arrays.fill(data, at, at + count, value);
    }
  }

  private int half(int style) {
    return switch (style) {
      case 1 -> random.nextBoolean() ? 0x7bff : 0xfbff;
      case 2 -> random.nextInt(0x400) | (random.nextBoolean() ? 0x8000 : 0);
      case 3 -> random.nextBoolean() ? 0 : 0x8000;
      default -> Float.floatToFloat16((float) random.nextGaussian() * 0.05f);
    };
  }

  private static void putBits(byte[] data, int at, int bits, int bytes) {
    for (int i = 0; i < bytes; i++) {
      data[at + i] = (byte) (bits >>> 8 * i);
    }
  }

  private float[] activations(int count, int style) {
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = activation(style);
    }
    return x;
  }

  private float activation(int style) {
    return switch (style) {
      case 1 -> random.nextBoolean() ? 1e6f : -1e6f;
      case 2 -> (float) random.nextGaussian() * 1e-30f;
      case 3 -> random.nextInt(40) == 0 ? (float) random.nextGaussian() : -0f;
      default -> (float) random.nextGaussian();
    };
  }

  @Test
  void normalizesRotatesAndGatesAlike() {
    for (int width : new int[] {2, 15, 16, 17, 33, 64, 100, 576}) {
      float[] x = activations(3 * width, 0);
      float[] gain = activations(width, 0);
      float[] wide = activations(3 * width, 0);
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
    byte[] data = weights(WeightFormat.Q4_0, 4, 64, 0);
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
