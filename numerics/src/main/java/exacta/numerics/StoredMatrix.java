package exacta.numerics;

import exacta.primitives.Check;
import exacta.primitives.ExactaException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** A matrix in the bytes of the file: row after row, block after block. */
record StoredMatrix(WeightFormat format, int rows, int cols, MemorySegment data)
    implements WeightMatrix {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  StoredMatrix {
    Check.that(rows > 0 && cols > 0, "a matrix has rows and columns");
    Check.that(cols % format.blockElements() == 0, "a row is whole blocks");
    Check.that(data.byteSize() == rows * format.rowBytes(cols), "the data fill the matrix");
  }

  int blocks() {
    return cols / format.blockElements();
  }

  /** Offset of a block in the data. */
  long blockAt(int row, int block) {
    return ((long) row * blocks() + block) * format.blockBytes();
  }

  /** Two bytes as they are. */
  short halfBits(long at) {
    return data.get(SHORT, at);
  }

  float half(long at) {
    return Float.float16ToFloat(halfBits(at));
  }

  byte octet(long at) {
    return data.get(ValueLayout.JAVA_BYTE, at);
  }

  /** Bytes 4i to 4i + 3 of the nibbles of a block, the first one lowest. */
  int fourBytes(int row, int block, int i) {
    int header = format == WeightFormat.Q4_1 ? 4 : 2;
    return data.get(INT, blockAt(row, block) + header + 4 * i);
  }

  /** The weight of a format without blocks. */
  float plain(int row, int col) {
    long at = blockAt(row, col);
    return format == WeightFormat.F32 ? data.get(FLOAT, at) : half(at);
  }

  /** The bits of the block's scale. */
  short scaleBits(int row, int block) {
    return halfBits(blockAt(row, block));
  }

  float scale(int row, int block) {
    return half(blockAt(row, block));
  }

  /** The minimum of a block of Q4_1. */
  float minimum(int row, int block) {
    return half(blockAt(row, block) + 2);
  }

  /** The integer of weight i of a block: centred for Q4_0 and Q4_1, so n - 8. */
  int centred(int row, int block, int i) {
    long at = blockAt(row, block);
    return switch (format) {
      case Q8_0 -> octet(at + 2 + i);
      case Q4_0 -> nibble(at + 2, i) - 8;
      case Q4_1 -> nibble(at + 4, i) - 8;
      case F32, F16 -> throw new AssertionError("a plain weight has no integer");
    };
  }

  /** Byte i holds nibble i in its low half and nibble 16 + i in its high one. */
  private int nibble(long at, int i) {
    int both = octet(at + i % 16) & 0xff;
    return i < 16 ? both & 15 : both >>> 4;
  }

  /**
   * Refuses what would make a result that is not finite however small the input.
   *
   * @throws ExactaException FATAL if a weight, scale or minimum is not finite
   */
  void requireFinite(String name) {
    for (int row = 0; row < rows; row++) {
      for (int block = 0; block < blocks(); block++) {
        if (!isFinite(row, block)) {
          throw ExactaException.fatal(
              "tensor "
                  + name
                  + " has a scale that is not finite, row "
                  + row
                  + ", block "
                  + block);
        }
      }
    }
  }

  private boolean isFinite(int row, int block) {
    return switch (format) {
      case F32, F16 -> Float.isFinite(plain(row, block));
      case Q4_0, Q8_0 -> Float.isFinite(scale(row, block));
      case Q4_1 -> Float.isFinite(scale(row, block)) && Float.isFinite(minimum(row, block));
    };
  }
}
