package exacta.engine.gguf;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** A metadata value, with the kind that it has in the file, so that it can be written back. */
sealed interface GgufValue {
  record Text(String value) implements GgufValue {}

  record Flag(boolean value) implements GgufValue {}

  record Whole(ValueType type, long value) implements GgufValue {}

  record Real(ValueType type, double value) implements GgufValue {}

  record Texts(List<String> values) implements GgufValue {}

  record Flags(boolean[] values) implements GgufValue {}

  /**
   * Whole numbers in the bytes of the file: in longs, a list of bytes from a stranger would take
   * eight times the memory that it takes in the file.
   */
  record Wholes(ValueType type, byte[] data) implements GgufValue {
    private static final VarHandle SHORT =
        MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT =
        MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG =
        MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    static Wholes of(ValueType type, long... values) {
      ByteBuffer data =
          ByteBuffer.allocate(values.length * type.bytesMin()).order(ByteOrder.LITTLE_ENDIAN);
      for (long value : values) {
        for (int i = 0; i < type.bytesMin(); i++) {
          data.put((byte) (value >>> (8 * i)));
        }
      }
      return new Wholes(type, data.array());
    }

    int count() {
      return data.length / type.bytesMin();
    }

    long value(int i) {
      return value(type, data, i);
    }

    static long value(ValueType type, byte[] data, int i) {
      int at = i * type.bytesMin();
      return switch (type) {
        case UINT8 -> data[at] & 0xffL;
        case INT8 -> data[at];
        case UINT16 -> (short) SHORT.get(data, at) & 0xffffL;
        case INT16 -> (short) SHORT.get(data, at);
        case UINT32 -> (int) INT.get(data, at) & 0xffff_ffffL;
        case INT32 -> (int) INT.get(data, at);
        case UINT64, INT64 -> (long) LONG.get(data, at);
        case FLOAT32, FLOAT64, BOOL, STRING, ARRAY ->
            throw new AssertionError(type + " is no whole number");
      };
    }
  }

  record Reals(ValueType type, double[] values) implements GgufValue {}
}
