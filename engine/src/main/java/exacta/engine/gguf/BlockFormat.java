package exacta.engine.gguf;

import exacta.primitives.Check;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Turns floats into the blocks of a tensor type and back, for writing models; the engine computes
 * on the blocks themselves. The rounding is that of the ggml project's reference quantizers.
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
        case Q8_0 -> encodeQ8(values, at, out);
        case Q4_0 -> encodeQ4(values, at, out);
        case Q4_1 -> encodeQ4WithMinimum(values, at, out);
      }
    }
    return out.array();
  }

  /** The values that the bytes of a tensor stand for. */
  public static float[] decode(TensorType type, byte[] data) {
    int elements = type.blockElements();
    Check.that(data.length % type.blockBytes() == 0, "data is whole blocks");
    ByteBuffer in = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[data.length / type.blockBytes() * elements];
    for (int at = 0; at < values.length; at += elements) {
      switch (type) {
        case F32 -> values[at] = in.getFloat();
        case Q8_0 -> {
          float scale = Float.float16ToFloat(in.getShort());
          for (int i = 0; i < elements; i++) {
            values[at + i] = scale * in.get();
          }
        }
        case Q4_0 -> {
          float scale = Float.float16ToFloat(in.getShort());
          decodeNibbles(in, scale, -8 * scale, values, at);
        }
        case Q4_1 -> {
          float scale = Float.float16ToFloat(in.getShort());
          decodeNibbles(in, scale, Float.float16ToFloat(in.getShort()), values, at);
        }
      }
    }
    return values;
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

  /** The value of largest magnitude becomes -8, the end of the range that has one step more. */
  private static void encodeQ4(float[] values, int at, ByteBuffer out) {
    float extreme = 0;
    for (int i = 0; i < 32; i++) {
      if (Math.abs(values[at + i]) > Math.abs(extreme)) {
        extreme = values[at + i];
      }
    }
    float scale = extreme / -8;
    float inverse = scale == 0 ? 0 : 1 / scale;
    out.putShort(Float.floatToFloat16(scale));
    encodeNibbles(values, at, inverse, 8.5f, out);
  }

  private static void encodeQ4WithMinimum(float[] values, int at, ByteBuffer out) {
    float min = values[at];
    float max = values[at];
    for (int i = 1; i < 32; i++) {
      min = Math.min(min, values[at + i]);
      max = Math.max(max, values[at + i]);
    }
    float scale = (max - min) / 15;
    float inverse = scale == 0 ? 0 : 1 / scale;
    out.putShort(Float.floatToFloat16(scale));
    out.putShort(Float.floatToFloat16(min));
    encodeNibbles(values, at, inverse, 0.5f - min * inverse, out);
  }

  /** Byte i holds value i in its low half and value 16 + i in its high one. */
  private static void encodeNibbles(
      float[] values, int at, float inverse, float shift, ByteBuffer out) {
    for (int i = 0; i < 16; i++) {
      int low = nibble(values[at + i] * inverse + shift);
      int high = nibble(values[at + 16 + i] * inverse + shift);
      out.put((byte) (low | high << 4));
    }
  }

  private static int nibble(float value) {
    return Math.clamp((int) value, 0, 15);
  }

  private static void decodeNibbles(
      ByteBuffer in, float scale, float minimum, float[] values, int at) {
    for (int i = 0; i < 16; i++) {
      int both = in.get() & 0xff;
      values[at + i] = (both & 15) * scale + minimum;
      values[at + 16 + i] = (both >> 4) * scale + minimum;
    }
  }
}
