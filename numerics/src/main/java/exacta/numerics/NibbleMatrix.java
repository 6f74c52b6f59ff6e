package exacta.numerics;

/**
 * A matrix of 4-bit weights in groups of 32 rows, so that one vector holds the same weights of many
 * rows. A block of 32 columns has first 8 vectors of 32 shorts: short 2i belongs to row i of the
 * group, short 2i + 1 to row 16 + i; it holds nibbles 4j to 4j + 3, the first in the lowest bits.
 * Then come its 32 scales, and for Q4_1 its 32 minima, so that a matrix is read from its first byte
 * to its last. Rows past the end of the last group are zeros.
 *
 * <p>A scale and a minimum are f16. For Q4_K a short in their place holds the scale's factor in its
 * low byte and the minimum's in its high one; what they multiply lies apart.
 *
 * @param shorts (groups, blocks, 9 or 10, 32)
 * @param halves of Q4_K: (groups, blocks of 256 columns, 2, 32), the scales and then the minima,
 *     which are negated, so that they are added
 */
record NibbleMatrix(WeightFormat format, int rows, int cols, short[] shorts, short[] halves)
    implements PackedMatrix {
  static final int ROWS = 32;
  private static final int BLOCK = ScalarKernels.BLOCK;
  private static final int NIBBLE_SHORTS = BLOCK / 4 * ROWS;
  private static final int SIGN = 0x8000;

  static NibbleMatrix empty(StoredMatrix stored) {
    WeightFormat format = stored.format();
    int rows = stored.rows();
    int cols = stored.cols();
    int groups = Math.ceilDiv(rows, ROWS);
    int size = Math.multiplyExact(groups, cols / BLOCK * blockShorts(format));
    int halves = format.hasFactors() ? groups * (cols / format.blockElements()) * 2 * ROWS : 0;
    return new NibbleMatrix(format, rows, cols, new short[size], new short[halves]);
  }

  @Override
  public void fill(StoredMatrix stored, Workers workers) {
    workers.forShares(Math.ceilDiv(rows, ROWS), (from, to) -> fillGroups(stored, from, to));
  }

  private static int blockShorts(WeightFormat format) {
    return format == WeightFormat.Q4_1 ? 10 * ROWS : 9 * ROWS;
  }

  /** From a block of a group to the next one, in shorts. */
  int blockShorts() {
    return blockShorts(format);
  }

  int blocks() {
    return cols / BLOCK;
  }

  /** Where the nibbles of a block of a group start in the shorts. */
  int at(int group, int block) {
    return (group * blocks() + block) * blockShorts();
  }

  /** Where the scales of a block of a group start in the shorts. */
  int scalesAt(int group, int block) {
    return at(group, block) + NIBBLE_SHORTS;
  }

  /** Where the minima of Q4_1 of a block of a group start in the shorts. */
  int minimaAt(int group, int block) {
    return scalesAt(group, block) + ROWS;
  }

  /** Where the scales of Q4_K that hold for a block of a group start in the halves. */
  int halvesAt(int group, int block) {
    int each = format.blockElements();
    return (group * (cols / each) + block * BLOCK / each) * 2 * ROWS;
  }

  private static int lane(int row) {
    int inGroup = row % ROWS;
    return inGroup < 16 ? 2 * inGroup : 2 * (inGroup - 16) + 1;
  }

  private void fillGroups(StoredMatrix stored, int from, int to) {
    for (int row = from * ROWS; row < Math.min(to * ROWS, rows); row++) {
      for (int block = 0; block < blocks(); block++) {
        fillBlock(stored, row, block);
      }
    }
  }

  private void fillBlock(StoredMatrix stored, int row, int block) {
    int col = block * BLOCK;
    int group = row / ROWS;
    int at = at(group, block) + lane(row);
    stored.nibbles(row, col, shorts, at, ROWS);
    int scale = scalesAt(group, block) + row % ROWS;
    if (format.hasFactors()) {
      int factors = stored.scaleFactor(row, col) | stored.minimumFactor(row, col) << 8;
      shorts[scale] = (short) factors;
      int half = halvesAt(group, block) + row % ROWS;
      halves[half] = stored.scaleBits(row, col);
      halves[half + ROWS] = (short) (stored.minimumBits(row, col) ^ SIGN);
    } else {
      shorts[scale] = stored.scaleBits(row, col);
      if (format.hasMinima()) {
        shorts[minimaAt(group, block) + row % ROWS] = stored.minimumBits(row, col);
      }
    }
  }

  @Override
  public float weight(int row, int col) {
    int group = row / ROWS;
    int block = col / BLOCK;
    int i = col % BLOCK;
    int nibble = shorts[at(group, block) + lane(row) + i / 4 * ROWS] >>> 4 * (i % 4) & 15;
    int scaleBits = shorts[scalesAt(group, block) + row % ROWS];
    if (format.hasFactors()) {
      int half = halvesAt(group, block) + row % ROWS;
      float scale = Float.float16ToFloat(halves[half]) * (scaleBits & 0xff);
      float minimum = Float.float16ToFloat(halves[half + ROWS]) * (scaleBits >>> 8 & 0xff);
      return Math.fma(scale, nibble, minimum);
    }
    float scale = Float.float16ToFloat((short) scaleBits);
    return format.hasMinima()
        ? Math.fma(scale, nibble, minimum(group, block, row))
        : scale * (nibble - format.centre());
  }

  private float minimum(int group, int block, int row) {
    return Float.float16ToFloat(shorts[minimaAt(group, block) + row % ROWS]);
  }
}
