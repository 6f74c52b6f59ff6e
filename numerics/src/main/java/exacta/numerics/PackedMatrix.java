package exacta.numerics;

/**
 * A matrix repacked once, so that one vector holds the same weight of many rows. Rows past the end
 * of the last group are zeros. As many bytes as the file's, but for F16, which is held as F32.
 *
 * <p>4 bits: groups of 32 rows; for each block 8 vectors of 32 shorts, then 32 scales, then for
 * Q4_1 32 minima, as f16. Short 2i belongs to row i of the group, short 2i + 1 to row 16 + i; it
 * holds nibbles 4j to 4j + 3, the first in the lowest bits. 8 bits: groups of 16 rows; for each
 * block and each of its 32 columns 16 bytes, one for each row; scales apart.
 *
 * @param shorts of the 4-bit formats, or the scales of Q8_0: (groups, blocks, 16)
 * @param bytes of Q8_0: (groups, blocks, 32, 16)
 * @param floats of the plain formats: (rows, cols)
 */
record PackedMatrix(
    WeightFormat format, int rows, int cols, short[] shorts, byte[] bytes, float[] floats)
    implements WeightMatrix {
  static final int ROWS_4 = 32;
  static final int ROWS_8 = 16;
  private static final int BLOCK = ScalarKernels.BLOCK;

  static PackedMatrix of(StoredMatrix stored) {
    int groups4 = Math.ceilDiv(stored.rows(), ROWS_4);
    int groups8 = Math.ceilDiv(stored.rows(), ROWS_8);
    return switch (stored.format()) {
      case Q4_0, Q4_1 -> {
        int size = Math.multiplyExact(groups4 * stored.blocks(), blockShorts(stored.format()));
        PackedMatrix packed = make(stored, new short[size], new byte[0], new float[0]);
        packed.fill4(stored);
        yield packed;
      }
      case Q8_0 -> {
        int blocks = groups8 * stored.blocks();
        byte[] bytes = new byte[Math.multiplyExact(blocks, BLOCK * ROWS_8) + ROWS_8];
        PackedMatrix packed = make(stored, new short[blocks * ROWS_8], bytes, new float[0]);
        packed.fill8(stored);
        yield packed;
      }
      case F32, F16 -> {
        float[] floats = new float[Math.multiplyExact(stored.rows(), stored.cols())];
        for (int i = 0; i < floats.length; i++) {
          floats[i] = stored.plain(i / stored.cols(), i % stored.cols());
        }
        yield make(stored, new short[0], new byte[0], floats);
      }
    };
  }

  private static PackedMatrix make(
      StoredMatrix stored, short[] shorts, byte[] bytes, float[] floats) {
    return new PackedMatrix(stored.format(), stored.rows(), stored.cols(), shorts, bytes, floats);
  }

  private static int blockShorts(WeightFormat format) {
    return format == WeightFormat.Q4_1 ? 10 * ROWS_4 : 9 * ROWS_4;
  }

  int blocks() {
    return cols / BLOCK;
  }

  int groups() {
    return Math.ceilDiv(rows, format == WeightFormat.Q8_0 ? ROWS_8 : ROWS_4);
  }

  int blockShorts() {
    return blockShorts(format);
  }

  /** Where a block of a group of a 4-bit format starts in the shorts. */
  int at4(int group, int block) {
    return (group * blocks() + block) * blockShorts();
  }

  /** Where a block of a group of Q8_0 starts in the scales; in the bytes, 32 times this. */
  int at8(int group, int block) {
    return (group * blocks() + block) * ROWS_8;
  }

  private static int lane4(int row) {
    int inGroup = row % ROWS_4;
    return inGroup < 16 ? 2 * inGroup : 2 * (inGroup - 16) + 1;
  }

  private void fill4(StoredMatrix stored) {
    for (int row = 0; row < rows; row++) {
      int lane = lane4(row);
      for (int block = 0; block < blocks(); block++) {
        int at = at4(row / ROWS_4, block) + lane;
        for (int i = 0; i < 4; i++) {
          int fourBytes = stored.fourBytes(row, block, i);
          shorts[at + i * ROWS_4] = closeUp(fourBytes);
          shorts[at + (4 + i) * ROWS_4] = closeUp(fourBytes >>> 4);
        }
        shorts[at + 8 * ROWS_4] = stored.scaleBits(row, block);
        if (format == WeightFormat.Q4_1) {
          shorts[at + 9 * ROWS_4] = stored.halfBits(stored.blockAt(row, block) + 2);
        }
      }
    }
  }

  /** The low nibbles of four bytes, side by side. */
  private static short closeUp(int fourBytes) {
    int low = fourBytes & 0x0f0f0f0f;
    int pairs = (low | low >>> 4) & 0x00ff00ff;
    return (short) (pairs | pairs >>> 8);
  }

  private void fill8(StoredMatrix stored) {
    for (int row = 0; row < rows; row++) {
      for (int block = 0; block < blocks(); block++) {
        int at = at8(row / ROWS_8, block);
        for (int i = 0; i < BLOCK; i++) {
          bytes[BLOCK * at + i * ROWS_8 + row % ROWS_8] = (byte) stored.centred(row, block, i);
        }
        shorts[at + row % ROWS_8] = stored.scaleBits(row, block);
      }
    }
  }

  /** The value of one weight, as a row that is decoded has it. */
  float weight(int row, int col) {
    int block = col / BLOCK;
    int i = col % BLOCK;
    return switch (format) {
      case F32, F16 -> floats[row * cols + col];
      case Q8_0 -> {
        int at = at8(row / ROWS_8, block);
        float scale = Float.float16ToFloat(shorts[at + row % ROWS_8]);
        yield scale * bytes[BLOCK * at + i * ROWS_8 + row % ROWS_8];
      }
      case Q4_0, Q4_1 -> {
        int at = at4(row / ROWS_4, block) + lane4(row);
        int nibble = shorts[at + i / 4 * ROWS_4] >>> 4 * (i % 4) & 15;
        float scale = Float.float16ToFloat(shorts[at + 8 * ROWS_4]);
        yield format == WeightFormat.Q4_0
            ? scale * (nibble - 8)
            : Math.fma(scale, nibble, Float.float16ToFloat(shorts[at + 9 * ROWS_4]));
      }
    };
  }
}
