package exacta.numerics;

import exacta.primitives.Check;
import exacta.primitives.ExactaException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A matrix in the bytes of the file: row after row, block after block. Where each number of a block
 * lies is written here and, for what {@link MachineCode#takes}, in the package x86. Spec:
 * arithmetic.md#weights.
 */
record StoredMatrix(WeightFormat format, int rows, int cols, MemorySegment data)
    implements WeightMatrix {
  private static final int BLOCK = ScalarKernels.BLOCK;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  StoredMatrix {
    Check.that(rows > 0 && cols > 0, "a matrix has rows and columns");
    Check.that(cols % format.blockElements() == 0, "a row is whole blocks");
    Check.that(data.byteSize() == rows * format.rowBytes(cols), "the data fill the matrix");
  }

  /** A weight as a float, as a row that is decoded has it. */
  float weight(int row, int col) {
    if (!format.isQuantized()) {
      return plain(row, col);
    }
    int centred = centred(row, col);
    return format.hasMinima()
        ? Math.fma(scale(row, col), centred + format.centre(), minimum(row, col))
        : scale(row, col) * centred;
  }

  /** The weight of a format without blocks. */
  float plain(int row, int col) {
    long at = blockAt(row, col);
    return switch (format) {
      case F32 -> data.get(FLOAT, at);
      case F16 -> Float.float16ToFloat(data.get(SHORT, at));
      case BF16 -> Float.intBitsToFloat(data.get(SHORT, at) << 16);
      default -> throw new AssertionError(format + " has blocks");
    };
  }

  /** The bits of a weight of 16 bits. */
  short plainBits(int row, int col) {
    return data.get(SHORT, blockAt(row, col));
  }

  /** The stored number of a weight, less the format's centre. */
  int centred(int row, int col) {
    int i = col % format.blockElements();
    long at = blockAt(row, col);
    int number =
        switch (format) {
          case Q8_0 -> octet(at + 2 + i);
          case Q4_0, Q4_1, Q4_K -> nibble(row, col);
          case Q5_0 -> nibble(row, col) | bits(at + 2 + i / 8, i % 8, 1) << 4;
          case Q5_1 -> nibble(row, col) | bits(at + 4 + i / 8, i % 8, 1) << 4;
          case Q5_K -> nibble(row, col) | bits(at + 16 + i % 32, i / 32, 1) << 4;
          case Q6_K ->
              nibble(row, col) | bits(at + 128 + i / 128 * 32 + i % 32, i % 128 / 32 * 2, 2) << 4;
          case F32, F16, BF16 -> throw new AssertionError(format + " has no integers");
        };
    return number - format.centre();
  }

  /** Nibbles lie in runs of bytes: a run's low halves first, then its high halves. */
  private int nibble(int row, int col) {
    return octet(nibbleAt(row, col)) >>> nibbleShift(col) & 15;
  }

  /**
   * Writes the nibbles of 32 columns, four neighbours to a short with the first one lowest, to
   * eight shorts {@code step} apart; col is a multiple of 32.
   */
  void nibbles(int row, int col, short[] to, int at, int step) {
    boolean halves = nibbleRun() == 16;
    int first = nibbleShift(col);
    long from = nibbleAt(row, col);
    for (int i = 0; i < 4; i++) {
      long word = data.get(LONG, from + 8 * (halves ? i % 2 : i));
      long eight = word >>> (halves ? 4 * (i / 2) : first) & 0x0f0f0f0f0f0f0f0fL;
      long pairs = (eight | eight >>> 4) & 0x00ff00ff00ff00ffL;
      long fours = pairs | pairs >>> 8;
      to[at + 2 * i * step] = (short) fours;
      to[at + (2 * i + 1) * step] = (short) (fours >>> 32);
    }
  }

  /** Writes what {@link #centred} gives for 32 columns; col is a multiple of 32. */
  void centred(int row, int col, byte[] to, int toAt) {
    if (format == WeightFormat.Q8_0) {
      MemorySegment.copy(data, ValueLayout.JAVA_BYTE, blockAt(row, col) + 2, to, toAt, BLOCK);
      return;
    }
    if (format.isNibbles()) {
      centredNibbles(row, col, to, toAt);
      return;
    }
    for (int i = 0; i < BLOCK; i++) {
      to[toAt + i] = (byte) centred(row, col + i);
    }
  }

  /** Looks a run's place up once: single products of the scalar kernels mostly wait for this. */
  private void centredNibbles(int row, int col, byte[] to, int toAt) {
    int together = Math.min(BLOCK, nibbleRun());
    for (int start = 0; start < BLOCK; start += together) {
      long at = nibbleAt(row, col + start);
      int shift = nibbleShift(col + start);
      for (int i = 0; i < together; i++) {
        to[toAt + start + i] = (byte) ((octet(at + i) >>> shift & 15) - format.centre());
      }
    }
  }

  private long nibbleAt(int row, int col) {
    int i = col % format.blockElements();
    int start =
        switch (format) {
          case Q6_K -> 0;
          case Q4_0 -> 2;
          case Q4_1 -> 4;
          case Q5_0 -> 6;
          case Q5_1 -> 8;
          case Q4_K -> 16;
          case Q5_K -> 48;
          case F32, F16, BF16, Q8_0 -> throw new AssertionError(format + " has no nibbles");
        };
    int run = nibbleRun();
    return blockAt(row, col) + start + i / (2 * run) * run + i % run;
  }

  private int nibbleShift(int col) {
    return col / nibbleRun() % 2 * 4;
  }

  private int nibbleRun() {
    if (format == WeightFormat.Q6_K) {
      return 64;
    }
    return format.hasFactors() ? 32 : 16;
  }

  /** The scale of the integers around a column. */
  float scale(int row, int col) {
    return Float.float16ToFloat(scaleBits(row, col)) * scaleFactor(row, col);
  }

  /** The bits of the block's scale, an f16. */
  short scaleBits(int row, int col) {
    return data.get(SHORT, blockAt(row, col) + (format == WeightFormat.Q6_K ? 208 : 0));
  }

  /** What the block's scale is multiplied by; exactly 1 where there are no factors. */
  int scaleFactor(int row, int col) {
    int i = col % format.blockElements();
    return switch (format) {
      case Q4_K, Q5_K -> {
        long at = blockAt(row, col) + 4;
        int part = i / 32;
        yield part < 4
            ? bits(at + part, 0, 6)
            : bits(at + 4 + part, 0, 4) | bits(at + part - 4, 6, 2) << 4;
      }
      case Q6_K -> octet(blockAt(row, col) + 192 + i / 16);
      default -> 1;
    };
  }

  /** The minimum around a column; the K formats store what is to be subtracted. */
  float minimum(int row, int col) {
    float minimum = Float.float16ToFloat(minimumBits(row, col));
    return format.hasFactors() ? -(minimum * minimumFactor(row, col)) : minimum;
  }

  /** The bits of the block's minimum, an f16. */
  short minimumBits(int row, int col) {
    return data.get(SHORT, blockAt(row, col) + 2);
  }

  /** What the block's minimum is multiplied by, in the K formats. */
  int minimumFactor(int row, int col) {
    long at = blockAt(row, col) + 4;
    int part = col % format.blockElements() / 32;
    return part < 4
        ? bits(at + 4 + part, 0, 6)
        : bits(at + 4 + part, 4, 4) | bits(at + part, 6, 2) << 4;
  }

  /** Where in a block the bytes with the signs and exponents of its floats are. */
  static int[] exponentBytes(WeightFormat format) {
    return switch (format) {
      case F32 -> new int[] {3};
      case F16, BF16, Q4_0, Q5_0, Q8_0 -> new int[] {1};
      case Q4_1, Q5_1, Q4_K, Q5_K -> new int[] {1, 3};
      case Q6_K -> new int[] {209};
    };
  }

  /** Offset of a column's block in the data. */
  private long blockAt(int row, int col) {
    return row * format.rowBytes(cols)
        + (long) (col / format.blockElements()) * format.blockBytes();
  }

  private int octet(long at) {
    return data.get(ValueLayout.JAVA_BYTE, at);
  }

  private int bits(long at, int shift, int count) {
    return octet(at) >>> shift & (1 << count) - 1;
  }

  /**
   * Refuses what would make a result that is not finite however small the input.
   *
   * @throws ExactaException FATAL if a weight, scale or minimum is not finite
   */
  void requireFinite(String name, Workers workers) {
    AtomicLong firstBad = new AtomicLong(Long.MAX_VALUE);
    workers.forShares(
        rows, (from, to) -> firstBad.accumulateAndGet(blockNotFinite(from, to), Math::min));
    long block = firstBad.get();
    if (block < Long.MAX_VALUE) {
      throw ExactaException.fatal(
          "tensor '"
              + name
              + "' ("
              + format
              + ") has a weight, scale or minimum that is not finite: row "
              + block / rowBlocks()
              + ", block "
              + block % rowBlocks()
              + "; the file is damaged or was written from a broken model, use another one");
    }
  }

  /** The first block of these rows with what is not finite, counted from the matrix's first. */
  private long blockNotFinite(int from, int to) {
    for (int row = from; row < to; row++) {
      for (int col = 0; col < cols; col += format.blockElements()) {
        if (!isFinite(row, col)) {
          return row * rowBlocks() + col / format.blockElements();
        }
      }
    }
    return Long.MAX_VALUE;
  }

  private long rowBlocks() {
    return cols / format.blockElements();
  }

  private boolean isFinite(int row, int col) {
    if (!format.isQuantized()) {
      return Float.isFinite(plain(row, col));
    }
    return isFinite(scaleBits(row, col))
        && (!format.hasMinima() || isFinite(minimumBits(row, col)));
  }

  private static boolean isFinite(short half) {
    return (half & 0x7c00) != 0x7c00;
  }
}
