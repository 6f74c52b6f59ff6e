package exacta.numerics;

/**
 * How the weights of a matrix are stored, with the sizes of a block; the bytes are those of GGUF,
 * little-endian, laid out as {@link StoredMatrix} reads them. Spec: arithmetic.md#weights.
 */
public enum WeightFormat {
  F32(Family.PLAIN, 1, 4, 1, 0),
  F16(Family.PLAIN, 1, 2, 1, 0),
  BF16(Family.PLAIN, 1, 2, 1, 0),
  /** Scale d, nibbles n: weight d * (n - 8). */
  Q4_0(Family.SCALED, 32, 18, 32, 8),
  /** Scale d, minimum m, nibbles n: weight d * n + m. */
  Q4_1(Family.SHIFTED, 32, 20, 32, 8),
  /** Scale d, 5 bits n: weight d * (n - 16). */
  Q5_0(Family.SCALED, 32, 22, 32, 16),
  /** Scale d, minimum m, 5 bits n: weight d * n + m. */
  Q5_1(Family.SHIFTED, 32, 24, 32, 16),
  /** Scale d, signed bytes w: weight d * w. */
  Q8_0(Family.SCALED, 32, 34, 32, 0),
  /** As Q4_1, with d and m products of the block's and of a factor for each 32 weights. */
  Q4_K(Family.SHIFTED, 256, 144, 32, 8),
  /** As Q5_1, with d and m as those of Q4_K. */
  Q5_K(Family.SHIFTED, 256, 176, 32, 16),
  /** 6 bits n, and d the product of the block's and of a factor for each 16: d * (n - 32). */
  Q6_K(Family.SCALED, 256, 210, 16, 32);

  /** What makes a weight of a stored number. */
  private enum Family {
    /** Nothing: it is a float. */
    PLAIN,
    /** A scale times the number less its centre. */
    SCALED,
    /** A scale times the number, plus a minimum. */
    SHIFTED
  }

  private final Family family;
  private final int blockElements;
  private final int blockBytes;
  private final int scaleElements;
  private final int centre;

  WeightFormat(Family family, int blockElements, int blockBytes, int scaleElements, int centre) {
    this.family = family;
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
    this.scaleElements = scaleElements;
    this.centre = centre;
  }

  /** Weights in one block; a row is a whole number of blocks. */
  public int blockElements() {
    return blockElements;
  }

  /** Bytes of one block. */
  public int blockBytes() {
    return blockBytes;
  }

  /** Bytes of a row of that many weights. */
  public long rowBytes(int cols) {
    return (long) (cols / blockElements) * blockBytes;
  }

  /** True if activations are quantized before they meet such weights. */
  boolean isQuantized() {
    return family != Family.PLAIN;
  }

  /** True if a weight is a scale times a number plus a minimum. */
  boolean hasMinima() {
    return family == Family.SHIFTED;
  }

  /** True if a block's scale and minimum are multiplied by factors. */
  boolean hasFactors() {
    return blockElements > ScalarKernels.BLOCK;
  }

  /** Neighbours that have one scale. */
  int scaleElements() {
    return scaleElements;
  }

  /** What is taken off stored numbers, so that their products with activations stay small. */
  int centre() {
    return centre;
  }

  /** True if the numbers have 4 bits, and a sum of 32 products fits a short modulo 2^16. */
  boolean isNibbles() {
    return centre == 8;
  }
}
