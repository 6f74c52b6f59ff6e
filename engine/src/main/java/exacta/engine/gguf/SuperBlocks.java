package exacta.engine.gguf;

import java.nio.ByteBuffer;

/**
 * Blocks of 256 weights, whose parts have small factors in place of scales of their own. Each scale
 * is what the part's own values ask for, rounded to a factor of the block's; ggml's quantizers
 * search for better ones.
 */
final class SuperBlocks {
  private static final int WEIGHTS = 256;

  /** Weights of a part with a minimum, and of a centred one. */
  private static final int PART = 32;

  private static final int CENTRED_PART = 16;

  /** The largest of the unsigned factors. */
  private static final int FACTOR_MAX = 63;

  private SuperBlocks() {}

  /** Q4_K (4 bits) or Q5_K (5 bits). */
  static void encodeWithMinima(float[] values, int at, int bits, ByteBuffer out) {
    int parts = WEIGHTS / PART;
    int largest = (1 << bits) - 1;
    float[] scales = new float[parts];
    float[] minima = new float[parts];
    for (int i = 0; i < WEIGHTS; i++) {
      minima[i / PART] = Math.max(minima[i / PART], -values[at + i]);
    }
    for (int i = 0; i < WEIGHTS; i++) {
      int part = i / PART;
      scales[part] = Math.max(scales[part], (values[at + i] + minima[part]) / largest);
    }
    float scale = toHalf(max(scales) / FACTOR_MAX);
    float minimum = toHalf(max(minima) / FACTOR_MAX);
    int[] scaleFactors = factors(scales, scale, 0, FACTOR_MAX);
    int[] minimumFactors = factors(minima, minimum, 0, FACTOR_MAX);
    int[] numbers = new int[WEIGHTS];
    for (int i = 0; i < WEIGHTS; i++) {
      float step = scale * scaleFactors[i / PART];
      float value = values[at + i] + minimum * minimumFactors[i / PART];
      numbers[i] = step == 0 ? 0 : Math.clamp(Math.round(value / step), 0, largest);
    }
    out.putShort(Float.floatToFloat16(scale));
    out.putShort(Float.floatToFloat16(minimum));
    putFactors(scaleFactors, minimumFactors, out);
    if (bits == 5) {
      putHigh(numbers, 1, out);
    }
    putNibbles(numbers, 32, out);
  }

  /** Q6_K; the value of largest magnitude becomes the end of the range with one step more. */
  static void encodeCentred(float[] values, int at, ByteBuffer out) {
    float[] extremes = new float[WEIGHTS / CENTRED_PART];
    float extreme = 0;
    for (int i = 0; i < WEIGHTS; i++) {
      int part = i / CENTRED_PART;
      if (Math.abs(values[at + i]) > Math.abs(extremes[part])) {
        extremes[part] = values[at + i];
      }
      if (Math.abs(extremes[part]) > Math.abs(extreme)) {
        extreme = extremes[part];
      }
    }
    float scale = toHalf(extreme / -32 / Byte.MIN_VALUE);
    for (int part = 0; part < extremes.length; part++) {
      extremes[part] /= -32;
    }
    int[] factors = factors(extremes, scale, Byte.MIN_VALUE, Byte.MAX_VALUE);
    int[] numbers = new int[WEIGHTS];
    for (int i = 0; i < WEIGHTS; i++) {
      float step = scale * factors[i / CENTRED_PART];
      float steps = step == 0 ? 0 : values[at + i] / step;
      numbers[i] = Math.clamp(Math.round(steps) + 32, 0, 63);
    }
    putNibbles(numbers, 64, out);
    putHigh(numbers, 2, out);
    for (int factor : factors) {
      out.put((byte) factor);
    }
    out.putShort(Float.floatToFloat16(scale));
  }

  private static float toHalf(float value) {
    return Float.float16ToFloat(Float.floatToFloat16(value));
  }

  private static float max(float[] values) {
    float max = 0;
    for (float value : values) {
      max = Math.max(max, value);
    }
    return max;
  }

  private static int[] factors(float[] values, float unit, int min, int max) {
    int[] factors = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      factors[i] = unit == 0 ? 0 : Math.clamp(Math.round(values[i] / unit), min, max);
    }
    return factors;
  }

  /** Four factors of each kind as they are; the other four in what is left of 12 bytes. */
  private static void putFactors(int[] scales, int[] minima, ByteBuffer out) {
    for (int j = 0; j < 4; j++) {
      out.put((byte) (scales[j] | scales[j + 4] >> 4 << 6));
    }
    for (int j = 0; j < 4; j++) {
      out.put((byte) (minima[j] | minima[j + 4] >> 4 << 6));
    }
    for (int j = 4; j < 8; j++) {
      out.put((byte) (scales[j] & 15 | minima[j] << 4));
    }
  }

  /** Runs of bytes with the nibbles of so many numbers in their low halves, then in the high. */
  private static void putNibbles(int[] numbers, int run, ByteBuffer out) {
    for (int start = 0; start < WEIGHTS; start += 2 * run) {
      for (int i = start; i < start + run; i++) {
        out.put((byte) (numbers[i] & 15 | numbers[i + run] << 4));
      }
    }
  }

  /** What is above the nibbles, so many bits each: a byte has those of every 32nd number. */
  private static void putHigh(int[] numbers, int bits, ByteBuffer out) {
    int each = 8 / bits;
    for (int start = 0; start < WEIGHTS; start += 32 * each) {
      for (int i = start; i < start + 32; i++) {
        int high = 0;
        for (int j = 0; j < each; j++) {
          high |= numbers[i + 32 * j] >> 4 << j * bits;
        }
        out.put((byte) high);
      }
    }
  }
}
