package exacta.numerics;

/**
 * Some rows of a packed matrix, as {@link TileProducts} meets them: floats, with the rows side by
 * side. Scratch and work of one thread.
 */
sealed interface TileGroup permits NibbleGroup, ByteGroup {
  /** Rows of weights. */
  int ROWS = 32;

  /** Turns to the rows from {@code group * ROWS} on. */
  void begin(int group);

  /** (runs of columns with one scale, ROWS). */
  float[] scales();

  /** (blocks, ROWS), what the format's centre stands for; empty for formats without minima. */
  float[] minima();

  /** Writes the integers of some blocks, less the format's centre: (count * BLOCK, ROWS). */
  void integers(int block, int count, float[] to);
}
