package exacta.numerics;

import java.util.Arrays;
import java.util.Random;

/** Matrices and activations of some styles, in the bytes of a file, from a seed. */
final class RandomWeights {
  /** What the numbers are like. */
  enum Style {
    ORDINARY,
    /** The largest scales, minima, factors and integers, of either sign. */
    LARGEST,
    /** Scales and activations below the normal range. */
    SUBNORMAL,
    /** Scales of zero of either sign, and few activations that are not. */
    ZEROS
  }

  private final Random random;

  RandomWeights(long seed) {
    random = new Random(seed);
  }

  byte[] matrix(WeightFormat format, int rows, int cols, Style style) {
    byte[] data = new byte[Math.toIntExact(rows * format.rowBytes(cols))];
    random.nextBytes(data);
    for (int at = 0; at < data.length; at += format.blockBytes()) {
      if (style == Style.LARGEST && format.isQuantized()) {
        byte fill = (byte) (random.nextBoolean() ? format == WeightFormat.Q8_0 ? -128 : 0 : -1);
        Arrays.fill(data, at, at + format.blockBytes(), fill);
      }
      block(data, at, format, style);
    }
    return data;
  }

  private void block(byte[] data, int at, WeightFormat format, Style style) {
    switch (format) {
      case F32 -> put(data, at, Float.floatToRawIntBits(activation(style)), 4);
      case BF16 -> put(data, at, Float.floatToRawIntBits(activation(style)) >>> 16, 2);
      case Q6_K -> {
        put(data, at + 208, half(style), 2);
        if (style == Style.LARGEST) {
          Arrays.fill(data, at + 192, at + 208, (byte) -128);
        }
      }
      default -> put(data, at, half(style), 2);
    }
    if (format.hasMinima()) {
      put(data, at + 2, half(style), 2);
    }
  }

  private int half(Style style) {
    return switch (style) {
      case LARGEST -> random.nextBoolean() ? 0x7bff : 0xfbff;
      case SUBNORMAL -> random.nextInt(0x400) | (random.nextBoolean() ? 0x8000 : 0);
      case ZEROS -> random.nextBoolean() ? 0 : 0x8000;
      case ORDINARY -> Float.floatToFloat16((float) random.nextGaussian() * 0.05f);
    };
  }

  private static void put(byte[] data, int at, int bits, int bytes) {
    for (int i = 0; i < bytes; i++) {
      data[at + i] = (byte) (bits >>> 8 * i);
    }
  }

  float[] activations(int count, Style style) {
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = activation(style);
    }
    return x;
  }

  private float activation(Style style) {
    return switch (style) {
      case LARGEST -> random.nextBoolean() ? 1e6f : -1e6f;
      case SUBNORMAL -> (float) random.nextGaussian() * 1e-30f;
      case ZEROS -> random.nextInt(40) == 0 ? (float) random.nextGaussian() : -0f;
      case ORDINARY -> (float) random.nextGaussian();
    };
  }
}
