package exacta.numerics;

/**
 * The products of some quantized rows with a packed matrix, one group of its rows after the other.
 * Scratch and work of one thread.
 */
sealed interface GroupProducts permits VectorProducts4, VectorProducts8 {
  /** Turns to a group of rows of weights. */
  void begin(int group);

  /** Writes a tile's products with the group's rows to out. */
  void multiply(int tile);

  /** (tile, rows of a group): the products of the tile that was computed last. */
  float[] out();
}
