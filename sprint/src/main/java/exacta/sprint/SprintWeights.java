package exacta.sprint;

import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.primitives.Philox;

/**
 * The generator of weights: any row of any tensor, as blocks of Q4_0, from the seed alone. Spec:
 * sprint.md#weights.
 */
final class SprintWeights {
  private static final int BLOCK_ELEMENTS = 32;
  private static final int BLOCK_BYTES = 18;
  private static final int TENSORS = SprintTensor.values().length;

  /** The last word of a counter: what is drawn. */
  private static final int NIBBLES = 0;

  private static final int SCALES = 1;

  private final int key0;
  private final int key1;

  SprintWeights(Digest32 seed) {
    long key = Hasher.of("sprint-weights").digest(seed).finish().longAt(0);
    key0 = (int) key;
    key1 = (int) (key >>> 32);
  }

  /** The bytes of a tensor, row after row. */
  byte[] tensor(SprintShape shape, int layer, SprintTensor tensor) {
    int rows = tensor.rows(shape);
    int rowBytes = tensor.cols(shape) / BLOCK_ELEMENTS * BLOCK_BYTES;
    byte[] out = new byte[Math.multiplyExact(rows, rowBytes)];
    for (int row = 0; row < rows; row++) {
      row(shape, layer, tensor, row, out, row * rowBytes);
    }
    return out;
  }

  /** Writes one row's blocks to {@code out[at ..]}. */
  void row(SprintShape shape, int layer, SprintTensor tensor, int row, byte[] out, int at) {
    int cols = tensor.cols(shape);
    int matrix = layer * TENSORS + tensor.ordinal();
    int exponent = scaleExponent(cols);
    int[] scales = new int[4];
    int[] nibbles = new int[4];
    for (int block = 0; block < cols / BLOCK_ELEMENTS; block++) {
      if (block % 4 == 0) {
        Philox.block(key0, key1, block / 4, row, matrix, SCALES, scales, 0);
      }
      Philox.block(key0, key1, block, row, matrix, NIBBLES, nibbles, 0);
      int start = at + block * BLOCK_BYTES;
      putBytes(scale(scales[block % 4], exponent), 2, out, start);
      for (int i = 0; i < 4; i++) {
        putBytes(nibbles[i], 4, out, start + 2 + 4 * i);
      }
    }
  }

  /** The bits of an f16: sign and mantissa are drawn, the exponent is given. */
  private static int scale(int word, int exponent) {
    return word & 0x83ff | (exponent + 15) << 10;
  }

  /** Such that a row's Euclidean norm is at most 2: -3 - k for the least k with 4^k >= cols. */
  private static int scaleExponent(int cols) {
    int k = 0;
    while (1L << 2 * k < cols) {
      k++;
    }
    return -3 - k;
  }

  private static void putBytes(int word, int bytes, byte[] out, int at) {
    for (int i = 0; i < bytes; i++) {
      out[at + i] = (byte) (word >>> 8 * i);
    }
  }
}
