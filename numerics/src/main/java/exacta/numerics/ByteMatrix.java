package exacta.numerics;

import exacta.primitives.Check;

/**
 * A matrix of weights of 5 to 8 bits, each in a byte of its own, less the format's centre. Groups
 * of 16 rows, so that one vector holds the same weight of many rows; rows past the end of the last
 * group are zeros.
 *
 * @param bytes (groups, cols, 16)
 * @param scales one for each run of columns that have one scale
 * @param minima one for each 32 columns, or none
 */
record ByteMatrix(
    WeightFormat format, int rows, int cols, byte[] bytes, Multiples scales, Multiples minima)
    implements PackedMatrix {
  static final int ROWS = 16;
  private static final int BLOCK = ScalarKernels.BLOCK;
  private static final int SIGN = 0x8000;

  /** A vector of bytes may be longer than what is used of it, at the very end too. */
  private static final int SPARE = ROWS;

  /**
   * Products of f16 and small integers, 16 rows side by side.
   *
   * @param halves (groups, cols / perHalf, 16)
   * @param factors (groups, cols / perFactor, 16); empty where each half is meant as it is
   */
  record Multiples(short[] halves, byte[] factors, int perHalf, int perFactor) {
    private static Multiples of(WeightFormat format, int groups, int cols, int perFactor) {
      int perHalf = format.blockElements();
      int factors = format.hasFactors() ? groups * (cols / perFactor) * ROWS : 0;
      return new Multiples(
          new short[groups * (cols / perHalf) * ROWS],
          new byte[factors == 0 ? 0 : factors + SPARE],
          perHalf,
          perFactor);
    }

    private static Multiples none() {
      return new Multiples(new short[0], new byte[0], 1, 1);
    }

    boolean hasFactors() {
      return factors.length > 0;
    }

    /** The value of lane i of what starts in the group at that column. */
    float value(int groupStart, int col, int i) {
      float half = Float.float16ToFloat(halves[(groupStart + col) / perHalf * ROWS + i]);
      return hasFactors() ? half * factors[(groupStart + col) / perFactor * ROWS + i] : half;
    }
  }

  static ByteMatrix empty(StoredMatrix stored) {
    WeightFormat format = stored.format();
    int cols = stored.cols();
    int groups = Math.ceilDiv(stored.rows(), ROWS);
    Check.that((long) groups * cols * ROWS <= Integer.MAX_VALUE - SPARE, "an array holds a matrix");
    return new ByteMatrix(
        format,
        stored.rows(),
        cols,
        new byte[groups * cols * ROWS + SPARE],
        Multiples.of(format, groups, cols, format.scaleElements()),
        format.hasMinima() ? Multiples.of(format, groups, cols, BLOCK) : Multiples.none());
  }

  @Override
  public void fill(StoredMatrix stored, Workers workers) {
    workers.forShares(Math.ceilDiv(rows, ROWS), (from, to) -> fillGroups(stored, from, to));
  }

  int blocks() {
    return cols / BLOCK;
  }

  private void fillGroups(StoredMatrix stored, int from, int to) {
    byte[] block = new byte[BLOCK];
    for (int row = from * ROWS; row < Math.min(to * ROWS, rows); row++) {
      int group = row / ROWS * cols;
      int lane = row % ROWS;
      for (int col = 0; col < cols; col += BLOCK) {
        stored.centred(row, col, block, 0);
        for (int i = 0; i < BLOCK; i++) {
          bytes[(group + col + i) * ROWS + lane] = block[i];
        }
      }
      for (int col = 0; col < cols; col += format.scaleElements()) {
        fillScales(stored, row, col);
      }
    }
  }

  private void fillScales(StoredMatrix stored, int row, int col) {
    int start = row / ROWS * cols + col;
    int lane = row % ROWS;
    scales.halves[start / scales.perHalf * ROWS + lane] = stored.scaleBits(row, col);
    if (format.hasFactors()) {
      scales.factors[start / scales.perFactor * ROWS + lane] = (byte) stored.scaleFactor(row, col);
    }
    if (format.hasMinima()) {
      // K formats store what is to be subtracted; the other sign makes it a summand.
      int bits = stored.minimumBits(row, col) ^ (format.hasFactors() ? SIGN : 0);
      minima.halves[start / minima.perHalf * ROWS + lane] = (short) bits;
      if (format.hasFactors()) {
        minima.factors[start / minima.perFactor * ROWS + lane] =
            (byte) stored.minimumFactor(row, col);
      }
    }
  }

  @Override
  public float weight(int row, int col) {
    int group = row / ROWS * cols;
    int lane = row % ROWS;
    int centred = bytes[(group + col) * ROWS + lane];
    float scale = scales.value(group, col, lane);
    return format.hasMinima()
        ? Math.fma(scale, centred + format.centre(), minima.value(group, col, lane))
        : scale * centred;
  }
}
