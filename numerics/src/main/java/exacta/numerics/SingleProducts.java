package exacta.numerics;

/**
 * The products of single quantized rows with groups of rows of a packed matrix, which is the way of
 * decoding: it waits for memory more than it computes. Four groups run side by side, as many
 * streams from memory, and share what they read of the token. Scratch and work of one thread.
 */
abstract sealed class SingleProducts permits SingleProducts4, SingleProducts8 {
  /** Groups that are multiplied together. */
  static final int GROUPS = 4;

  private final int rowsEach;

  /** Rows of a group that are computed at a time. */
  private final int step;

  /** (GROUPS, rows of a group). */
  final float[] products;

  /** The first of the groups. */
  int group;

  /** Groups from that one on; after the last it stands again. */
  int count;

  int token;

  /** The first row of the groups that is computed. */
  int part;

  private boolean widened;

  SingleProducts(int rowsEach, int step) {
    this.rowsEach = rowsEach;
    this.step = step;
    products = new float[GROUPS * rowsEach];
  }

  /** Writes the products of the tokens with the groups from {@code from} to {@code to - 1}. */
  final void multiply(int from, int to, int tokens, Output out) {
    int height = matrix().rows();
    for (group = from; group < to; group += count) {
      count = Math.min(GROUPS, to - group);
      widened = false;
      int row = group * rowsEach;
      int rows = Math.min(count * rowsEach, height - row);
      for (token = 0; token < tokens; token++) {
        for (part = 0; part < rowsEach; part += step) {
          runStages();
        }
        out.set(token, row, products, 0, rows);
      }
    }
  }

  abstract PackedMatrix matrix();

  /** Computes a part of the groups' products with the token. */
  abstract void runStages();

  /** Which group of the matrix stands at a place of the four. */
  final int groupAt(int i) {
    return group + Math.min(i, count - 1);
  }

  /** Only after the first sums, which bring the groups into the caches. */
  final void widen() {
    if (!widened) {
      widenScales();
      widened = true;
    }
  }

  abstract void widenScales();
}
