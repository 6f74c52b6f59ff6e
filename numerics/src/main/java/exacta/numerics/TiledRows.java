package exacta.numerics;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Quantized activations as the vector kernels read them: tiles of some tokens, whose values of one
 * column lie side by side. Tokens past the end are zeros. Equals {@link QuantizedRow}.
 */
final class TiledRows {
  private static final int BLOCK = ScalarKernels.BLOCK;

  /** Values that are not worth another thread. */
  private static final int ALONE = 1 << 13;

  final int tile;
  final int tiles;

  /** (tiles, cols, tile): the integer in both halves of an int. For 4-bit weights. */
  final int[] pairs;

  /** (tiles, cols, tile): the bits of the integer as a float. For weights in bytes. */
  final int[] floatBits;

  /** (tiles, blocks, tile), as are the next two. */
  final float[] scales;

  final float[] sums;

  /** -8 times the sum of a block's integers, modulo 2^16, in both halves of an int. */
  final int[] starts;

  private TiledRows(int tile, int tiles, int cols, boolean fourBits) {
    this.tile = tile;
    this.tiles = tiles;
    int count = Math.multiplyExact(tiles * tile, cols);
    pairs = new int[fourBits ? count : 0];
    floatBits = new int[fourBits ? 0 : count];
    scales = new float[count / BLOCK];
    sums = new float[count / BLOCK];
    starts = new int[count / BLOCK];
  }

  /** Rows {@code first} to {@code first + tokens - 1} of x (.., cols). */
  static TiledRows of(
      float[] x, int first, int tokens, int cols, int tile, boolean fourBits, Workers workers) {
    int tiles = Math.ceilDiv(tokens, tile);
    TiledRows rows = new TiledRows(tile, tiles, cols, fourBits);
    workers.forRange(
        tokens,
        Math.max(Math.ceilDiv(tokens, workers.threads()), ALONE / cols),
        (from, to) -> {
          int[] integers = new int[BLOCK];
          for (int t = from; t < to; t++) {
            rows.fill(x, (first + t) * cols, t, cols, integers);
          }
        });
    return rows;
  }

  private void fill(float[] x, int from, int token, int cols, int[] integers) {
    int base = token / tile * cols;
    for (int block = 0; block < cols / BLOCK; block++) {
      float largest = quantize(x, from + block * BLOCK, integers);
      int sum = spread(integers, (base + block * BLOCK) * tile + token % tile);
      int blockAt = (base / BLOCK + block) * tile + token % tile;
      scales[blockAt] = largest / 127;
      sums[blockAt] = scales[blockAt] * sum;
      starts[blockAt] = (-8 * sum & 0xffff) * 0x10001;
    }
  }

  private int spread(int[] integers, int at) {
    int sum = 0;
    if (pairs.length > 0) {
      for (int i = 0; i < BLOCK; i++) {
        sum += integers[i];
        pairs[at + i * tile] = (integers[i] & 0xffff) * 0x10001;
      }
    } else {
      for (int i = 0; i < BLOCK; i++) {
        sum += integers[i];
        floatBits[at + i * tile] = Float.floatToRawIntBits(integers[i]);
      }
    }
    return sum;
  }

  /** Writes the integers of a block and returns its largest magnitude. */
  private static float quantize(float[] x, int at, int[] integers) {
    FloatVector magnitudes = FloatVector.zero(Lanes.FLOATS);
    for (int i = 0; i < BLOCK; i += Lanes.COUNT) {
      magnitudes = magnitudes.max(FloatVector.fromArray(Lanes.FLOATS, x, at + i).abs());
    }
    float largest = magnitudes.reduceLanes(VectorOperators.MAX);
    if (largest < ScalarKernels.QUANTIZE_MIN) {
      largest = 0;
    }
    float inverse = largest == 0 ? 0 : 127 / largest;
    for (int i = 0; i < BLOCK; i += Lanes.COUNT) {
      FloatVector rounded =
          FloatVector.fromArray(Lanes.FLOATS, x, at + i)
              .mul(inverse)
              .add(Lanes.ROUNDER)
              .sub(Lanes.ROUNDER);
      ((IntVector) rounded.convertShape(VectorOperators.F2I, Lanes.INTS, 0)).intoArray(integers, i);
    }
    return largest;
  }
}
