package exacta.numerics;

/**
 * A matrix repacked once for the vector kernels. One copy serves single rows and batches; it takes
 * about as many bytes as the file's.
 */
sealed interface PackedMatrix extends WeightMatrix permits NibbleMatrix, ByteMatrix, PlainMatrix {
  static PackedMatrix of(StoredMatrix stored, Workers workers) {
    WeightFormat format = stored.format();
    if (!format.isQuantized()) {
      return PlainMatrix.of(stored, workers);
    }
    return format.isNibbles() ? NibbleMatrix.of(stored, workers) : ByteMatrix.of(stored, workers);
  }

  /** The value of one weight, as a row that is decoded has it. */
  float weight(int row, int col);
}
