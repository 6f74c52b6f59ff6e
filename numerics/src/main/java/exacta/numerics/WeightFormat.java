package exacta.numerics;

/**
 * How the weights of a matrix are stored, with the sizes of a block; the bytes are those of GGUF,
 * little-endian. Spec: arithmetic.md#weights.
 */
public enum WeightFormat {
  F32(1, 4),
  F16(1, 2),
  /** f16 scale d, 16 bytes of nibbles n: weight d * (n - 8). */
  Q4_0(32, 18),
  /** f16 scale d, f16 minimum m, 16 bytes of nibbles n: weight d * n + m. */
  Q4_1(32, 20),
  /** f16 scale d, 32 signed bytes w: weight d * w. */
  Q8_0(32, 34);

  private final int blockElements;
  private final int blockBytes;

  WeightFormat(int blockElements, int blockBytes) {
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
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
    return blockElements > 1;
  }
}
