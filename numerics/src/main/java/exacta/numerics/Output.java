package exacta.numerics;

/**
 * Where the products of some tokens with a matrix go.
 *
 * @param values (tokens, rows of the matrix) from an index on
 */
record Output(float[] values, int at, int rows) {
  /** The place of the tokens from one on. */
  Output from(int token) {
    return new Output(values, index(token, 0), rows);
  }

  int index(int token, int row) {
    return at + token * rows + row;
  }

  /** Takes a token's products with some rows. */
  void set(int token, int row, float[] products, int from, int count) {
    System.arraycopy(products, from, values, index(token, row), count);
  }
}
