package exacta.engine.gguf;

import exacta.primitives.ExactaException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Walks through the bytes of a header, field by field. What a field claims is held against the
 * bytes that are left before anything is allocated for it; what does not hold is a FATAL error that
 * names file, byte and field.
 */
final class GgufCursor {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int WINDOW_START = 1 << 13;

  /** What a decoder puts in place of bytes that are not UTF-8. */
  private static final char REPLACEMENT = '\ufffd';

  private final String source;
  private final MemorySegment bytes;
  private final long limit;
  private long at;

  /** A copy of the next bytes: a segment is slow to ask for each of a hundred thousand texts. */
  private byte[] window = new byte[WINDOW_START];

  private long windowAt;
  private int windowCount;

  /**
   * @param bytesMax that may be read; those after it do not belong to any header
   */
  GgufCursor(String source, MemorySegment bytes, long bytesMax) {
    this.source = source;
    this.bytes = bytes;
    this.limit = Math.min(bytes.byteSize(), bytesMax);
  }

  /** The byte that is read next. */
  long at() {
    return at;
  }

  /** The position after padding to a multiple of the alignment. */
  long aligned(int alignment) {
    long end = (at + alignment - 1) / alignment * alignment;
    if (end > limit) {
      throw truncated(at, "padding after the tensor list", end - at);
    }
    return end;
  }

  int count(String field, long max, int bytesEach) {
    long start = at;
    long count = readLong(field);
    if (count < 0 || count > max || count > (limit - at) / bytesEach) {
      throw wrong(
          start,
          field,
          "claims " + Long.toUnsignedString(count) + " entries, more than the file can hold");
    }
    return (int) count;
  }

  String readText(String field, long bytesMax) {
    long start = at;
    long length = readLong(field);
    if (length < 0 || length > bytesMax || length > limit - at) {
      throw wrong(
          start,
          field,
          "claims a text of " + Long.toUnsignedString(length) + " bytes, more than it can hold");
    }
    int from = take((int) length);
    int to = from + (int) length;
    // Decoders are slow to make, and a file has a hundred thousand texts; only what is not UTF-8,
    // or has the replacement character itself, comes back with one.
    String text = new String(window, from, to - from, StandardCharsets.UTF_8);
    if (text.indexOf(REPLACEMENT) >= 0) {
      byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
      if (!Arrays.equals(encoded, 0, encoded.length, window, from, to)) {
        throw wrong(start, field, "is not valid UTF-8");
      }
    }
    return text;
  }

  boolean readFlag(String field) {
    long start = at;
    need(field, 1);
    byte value = bytes.get(ValueLayout.JAVA_BYTE, at++);
    if (value != 0 && value != 1) {
      throw wrong(start, field, "is neither true nor false");
    }
    return value == 1;
  }

  double readReal(String field, ValueType type) {
    return type == ValueType.FLOAT32
        ? Float.intBitsToFloat(readInt(field))
        : Double.longBitsToDouble(readLong(field));
  }

  long readWhole(String field, ValueType type) {
    return GgufValue.Wholes.value(type, readWholes(field, type, 1), 0);
  }

  /** The bytes of some whole numbers, as {@link GgufValue.Wholes} keeps them. */
  byte[] readWholes(String field, ValueType type, int count) {
    long start = at;
    long size = (long) type.bytesMin() * count;
    need(field, size);
    byte[] data = bytes.asSlice(at, size).toArray(ValueLayout.JAVA_BYTE);
    at += size;
    for (int i = 0; type == ValueType.UINT64 && i < count; i++) {
      long value = GgufValue.Wholes.value(type, data, i);
      if (value < 0) {
        throw wrong(start + 8L * i, field, "is " + Long.toUnsignedString(value) + ", beyond 2^63");
      }
    }
    return data;
  }

  int readInt(String field) {
    need(field, 4);
    return (int) INT.get(window, take(4));
  }

  long readLong(String field) {
    need(field, 8);
    return (long) LONG.get(window, take(8));
  }

  /** Reads so many bytes, which are there, into the window, and gives where in it they start. */
  private int take(int count) {
    if (windowAt + windowCount < at + count) {
      if (window.length < count) {
        window = new byte[count];
      }
      windowAt = at;
      windowCount = (int) Math.min(window.length, limit - at);
      MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, window, 0, windowCount);
    }
    int from = (int) (at - windowAt);
    at += count;
    return from;
  }

  private void need(String field, long count) {
    if (limit - at < count) {
      throw truncated(at, field, count);
    }
  }

  private ExactaException truncated(long start, String field, long need) {
    return wrong(
        start,
        field,
        limit < bytes.byteSize()
            ? "lies beyond the largest header that is read, " + limit + " bytes"
            : "needs " + need + " bytes, but the file ends after " + (limit - start));
  }

  /** For a reader that finds a field which it cannot work with. */
  ExactaException wrong(long offset, String field, String problem) {
    return ExactaException.fatal(
        "model "
            + source
            + ": at byte "
            + offset
            + ", "
            + field
            + " "
            + problem
            + "; download the file again or use another GGUF file");
  }
}
