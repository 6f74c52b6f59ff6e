package exacta.engine.gguf;

import exacta.numerics.Kernels;
import exacta.primitives.Check;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Turns floats into the blocks of a tensor type and back, for writing models; the engine computes
 * on the blocks themselves. The rounding is that of the ggml project's reference quantizers, but
 * for the K formats, whose scales are not searched for.
 */
public final class BlockFormat {
  private BlockFormat() {}

  /** The bytes of a tensor; the values fill whole blocks and are finite. */
  public static byte[] encode(TensorType type, float[] values) {
    int elements = type.blockElements();
    Check.that(values.length % elements == 0, "values fill whole blocks");
    ByteBuffer out =
        ByteBuffer.allocate(values.length / elements * type.blockBytes())
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < values.length; at += elements) {
      switch (type) {
        case F32 -> out.putFloat(values[at]);
        case F16 -> out.putShort(Float.floatToFloat16(values[at]));
        case BF16 -> out.putShort(brain(values[at]));
        case Q8_0 -> encodeQ8(values, at, out);
        case Q4_0 -> encodeCentred(values, at, 4, out);
        case Q5_0 -> encodeCentred(values, at, 5, out);
        case Q4_1 -> encodeWithMinimum(values, at, 4, out);
        case Q5_1 -> encodeWithMinimum(values, at, 5, out);
        case Q4_K -> SuperBlocks.encodeWithMinima(values, at, 4, out);
        case Q5_K -> SuperBlocks.encodeWithMinima(values, at, 5, out);
        case Q6_K -> SuperBlocks.encodeCentred(values, at, out);
      }
    }
    return out.array();
  }

  /** The values that the bytes of a tensor stand for. */
  public static float[] decode(TensorType type, byte[] data) {
    Check.that(data.length % type.blockBytes() == 0, "data is whole blocks");
    float[] values = new float[data.length / type.blockBytes() * type.blockElements()];
    Kernels kernels = Kernels.scalar();
    MemorySegment bytes = MemorySegment.ofArray(data);
    kernels.decodeRow(kernels.load("", type.weights(), 1, values.length, bytes), 0, values, 0);
    return values;
  }

  /** The upper half of a float, rounded to nearest even. */
  private static short brain(float value) {
    int bits = Float.floatToRawIntBits(value);
    return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }

  private static void encodeQ8(float[] values, int at, ByteBuffer out) {
    float largest = 0;
    for (int i = 0; i < 32; i++) {
      largest = Math.max(largest, Math.abs(values[at + i]));
    }
    float scale = largest / 127;
    float inverse = scale == 0 ? 0 : 1 / scale;
    out.putShort(Float.floatToFloat16(scale));
    for (int i = 0; i < 32; i++) {
      out.put((byte) Math.round(values[at + i] * inverse));
    }
  }

  /** The value of largest magnitude becomes the end of the range that has one step more. */
  private static void encodeCentred(float[] values, int at, int bits, ByteBuffer out) {
    float extreme = 0;
    for (int i = 0; i < 32; i++) {
      if (Math.abs(values[at + i]) > Math.abs(extreme)) {
        extreme = values[at + i];
      }
    }
    int centre = 1 << bits - 1;
    float scale = extreme / -centre;
    float inverse = scale == 0 ? 0 : 1 / scale;
    out.putShort(Float.floatToFloat16(scale));
    encodeNumbers(values, at, inverse, centre + 0.5f, bits, out);
  }

  private static void encodeWithMinimum(float[] values, int at, int bits, ByteBuffer out) {
    float min = values[at];
    float max = values[at];
    for (int i = 1; i < 32; i++) {
      min = Math.min(min, values[at + i]);
      max = Math.max(max, values[at + i]);
    }
    float scale = (max - min) / ((1 << bits) - 1);
    float inverse = scale == 0 ? 0 : 1 / scale;
    out.putShort(Float.floatToFloat16(scale));
    out.putShort(Float.floatToFloat16(min));
    encodeNumbers(values, at, inverse, 0.5f - min * inverse, bits, out);
  }

  /** Byte i holds value i in its low half and value 16 + i in its high one; fifth bits go first. */
  private static void encodeNumbers(
      float[] values, int at, float inverse, float shift, int bits, ByteBuffer out) {
    int[] numbers = new int[32];
    int fifth = 0;
    for (int i = 0; i < 32; i++) {
      numbers[i] = Math.clamp((int) (values[at + i] * inverse + shift), 0, (1 << bits) - 1);
      fifth |= (numbers[i] >> 4) << i;
    }
    if (bits == 5) {
      out.putInt(fifth);
    }
    for (int i = 0; i < 16; i++) {
      out.put((byte) (numbers[i] & 15 | numbers[16 + i] << 4));
    }
  }
}
