package exacta.numerics;

import exacta.primitives.ExactaException;

/**
 * A matrix repacked once for the vector kernels. One copy serves single rows and batches. It takes
 * about as many bytes as the file's; with weights of 5 or 6 bits up to 1.6 times as many, since
 * each gets a byte.
 */
sealed interface PackedMatrix extends WeightMatrix permits NibbleMatrix, ByteMatrix, PlainMatrix {
  /**
   * Repacks a matrix.
   *
   * @throws ExactaException FATAL if a weight, scale or minimum is not finite
   */
  static PackedMatrix of(String name, StoredMatrix stored, Workers workers) {
    PackedMatrix packed = empty(stored);
    if (!MachineCode.takes(stored.format()) || !MachinePacking.fill(packed, stored, workers)) {
      stored.requireFinite(name, workers); // says where, too
      packed.fill(stored, workers);
    }
    return packed;
  }

  private static PackedMatrix empty(StoredMatrix stored) {
    WeightFormat format = stored.format();
    if (!format.isQuantized()) {
      return PlainMatrix.empty(stored);
    }
    return format.isNibbles() ? NibbleMatrix.empty(stored) : ByteMatrix.empty(stored);
  }

  /** Bytes of memory. */
  static long bytes(WeightFormat format, long rows, long cols) {
    long blocks = cols / format.blockElements();
    if (!format.isQuantized()) {
      return rows * blocks * format.blockBytes();
    }
    int halves = format.hasMinima() ? 2 * Short.BYTES : Short.BYTES;
    if (format.isNibbles()) {
      long groups = Math.ceilDiv(rows, (long) NibbleMatrix.ROWS);
      long factors = format.hasFactors() ? cols / ScalarKernels.BLOCK * Short.BYTES : 0;
      return groups * NibbleMatrix.ROWS * (cols / 2 + blocks * halves + factors);
    }
    long groups = Math.ceilDiv(rows, (long) ByteMatrix.ROWS);
    long factors = 0;
    if (format.hasFactors()) {
      factors = cols / format.scaleElements();
      factors += format.hasMinima() ? cols / ScalarKernels.BLOCK : 0;
    }
    return groups * ByteMatrix.ROWS * (cols + blocks * halves + factors);
  }

  /**
   * Refuses what no array holds.
   *
   * @throws ExactaException FATAL that names the tensor
   */
  static void requireRoom(String name, WeightFormat format, int rows, int cols) {
    // Shorts of four nibbles, with their scales; else an element for each weight.
    long most = (format.isNibbles() ? 3L : 1) * (Integer.MAX_VALUE - NibbleMatrix.ROWS);
    long groups = Math.ceilDiv((long) rows, NibbleMatrix.ROWS);
    if (groups * NibbleMatrix.ROWS * cols > most) {
      throw ExactaException.fatal(
          "tensor '"
              + name
              + "' ("
              + format
              + ") has "
              + (long) rows * cols
              + " weights, and a matrix has at most "
              + most
              + "; use another model, or a file of this one with 4 bits");
    }
  }

  /** Takes the weights over from the file's order. */
  void fill(StoredMatrix stored, Workers workers);

  /** The value of one weight, as a row that is decoded has it. */
  float weight(int row, int col);
}
