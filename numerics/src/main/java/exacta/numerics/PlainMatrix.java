package exacta.numerics;

import exacta.primitives.Check;

/**
 * A matrix of floats, row after row. Weights of 16 bits stay so in memory.
 *
 * @param floats (rows, cols) of F32, or none
 * @param shorts (rows, cols), the bits of F16 or BF16, or none
 */
record PlainMatrix(WeightFormat format, int rows, int cols, float[] floats, short[] shorts)
    implements PackedMatrix {
  static PlainMatrix empty(StoredMatrix stored) {
    long size = (long) stored.rows() * stored.cols();
    Check.that(size <= Integer.MAX_VALUE - 8, "an array holds a matrix");
    boolean wide = stored.format() == WeightFormat.F32;
    return new PlainMatrix(
        stored.format(),
        stored.rows(),
        stored.cols(),
        new float[wide ? (int) size : 0],
        new short[wide ? 0 : (int) size]);
  }

  @Override
  public void fill(StoredMatrix stored, Workers workers) {
    boolean wide = format == WeightFormat.F32;
    workers.forShares(
        rows,
        (from, to) -> {
          for (int row = from; row < to; row++) {
            for (int col = 0; col < cols; col++) {
              if (wide) {
                floats[row * cols + col] = stored.plain(row, col);
              } else {
                shorts[row * cols + col] = stored.plainBits(row, col);
              }
            }
          }
        });
  }

  @Override
  public float weight(int row, int col) {
    int at = row * cols + col;
    return switch (format) {
      case F32 -> floats[at];
      case F16 -> Float.float16ToFloat(shorts[at]);
      case BF16 -> Float.intBitsToFloat(shorts[at] << 16);
      default -> throw new AssertionError(format + " is not plain");
    };
  }
}
