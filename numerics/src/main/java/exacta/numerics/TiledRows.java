package exacta.numerics;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Quantized activations as the vector kernels read them: tiles of some tokens, whose blocks of the
 * same columns lie side by side. Tokens past the end hold what was there. Equals {@link
 * QuantizedRow}.
 *
 * <p>A thread that multiplies has one of these, for one product after the other.
 */
final class TiledRows {
  private static final int BLOCK = ScalarKernels.BLOCK;
  private static final int ROUNDER_BITS = Float.floatToRawIntBits(Lanes.ROUNDER);

  private static final ThreadLocal<TiledRows> OF_THREAD = ThreadLocal.withInitial(TiledRows::new);

  private int tile;
  private int tiles;

  /** (tiles, blocks, tile, BLOCK): the integer in both halves of an int. For 4-bit weights. */
  int[] pairs = {};

  /** (tiles, blocks, tile, BLOCK): the bits of the integer as a float. For weights in bytes. */
  int[] floatBits = {};

  /** (tiles, blocks, tile), as are the next two. */
  float[] scales = {};

  float[] sums = {};

  /** -8 times the sum of a block's integers, modulo 2^16, in both halves of an int. */
  int[] starts = {};

  private TiledRows() {}

  /**
   * Rows {@code first} to {@code first + tokens - 1} of x (.., cols).
   *
   * @return the caller's thread's own, until it asks again
   */
  static TiledRows of(
      float[] x, int first, int tokens, int cols, int tile, boolean fourBits, Workers workers) {
    TiledRows rows = OF_THREAD.get();
    rows.reserve(tile, Math.ceilDiv(tokens, tile), cols, fourBits);
    workers.forValues(
        tokens,
        cols,
        (from, to) -> {
          for (int t = from; t < to; t++) {
            rows.fill(x, (first + t) * cols, t, cols, fourBits);
          }
        });
    return rows;
  }

  private void reserve(int nextTile, int nextTiles, int cols, boolean fourBits) {
    tile = nextTile;
    tiles = nextTiles;
    int count = Math.multiplyExact(tiles * tile, cols);
    if (fourBits) {
      pairs = Scratch.atLeast(pairs, count);
    } else {
      floatBits = Scratch.atLeast(floatBits, count);
    }
    scales = Scratch.atLeast(scales, count / BLOCK);
    sums = Scratch.atLeast(sums, count / BLOCK);
    starts = Scratch.atLeast(starts, count / BLOCK);
  }

  int tiles() {
    return tiles;
  }

  private void fill(float[] x, int from, int token, int cols, boolean fourBits) {
    int blocks = cols / BLOCK;
    for (int block = 0; block < blocks; block++) {
      int at = (token / tile * blocks + block) * tile + token % tile;
      float largest = largest(x, from + block * BLOCK);
      float inverse = largest == 0 ? 0 : 127 / largest;
      int sum =
          fourBits
              ? pairs(x, from + block * BLOCK, inverse, pairs, at * BLOCK)
              : floats(x, from + block * BLOCK, inverse, floatBits, at * BLOCK);
      scales[at] = largest / 127;
      sums[at] = scales[at] * sum;
      starts[at] = (-8 * sum & 0xffff) * 0x10001;
    }
  }

  /** The largest magnitude of a block; the bits of magnitudes are in the order of their values. */
  static float largest(float[] x, int at) {
    IntVector most = IntVector.zero(Lanes.INTS);
    for (int i = 0; i < BLOCK; i += Lanes.COUNT) {
      IntVector bits = FloatVector.fromArray(Lanes.FLOATS, x, at + i).reinterpretAsInts();
      most = most.max(bits.and(0x7fffffff));
    }
    float largest = Float.intBitsToFloat(most.reduceLanes(VectorOperators.MAX));
    return largest < ScalarKernels.QUANTIZE_MIN ? 0 : largest;
  }

  /** The values as integers, half to even, plus a number that makes them floats of one exponent. */
  static FloatVector rounded(float[] x, int at, float inverse) {
    return FloatVector.fromArray(Lanes.FLOATS, x, at).mul(inverse).add(Lanes.ROUNDER);
  }

  /** Writes a block's integers as pairs, and returns their sum. */
  private static int pairs(float[] x, int at, float inverse, int[] to, int toAt) {
    IntVector sum = IntVector.zero(Lanes.INTS);
    for (int i = 0; i < BLOCK; i += Lanes.COUNT) {
      IntVector integers = rounded(x, at + i, inverse).reinterpretAsInts().sub(ROUNDER_BITS);
      sum = sum.add(integers);
      integers.and(0xffff).or(integers.lanewise(VectorOperators.LSHL, 16)).intoArray(to, toAt + i);
    }
    return (int) sum.reduceLanesToLong(VectorOperators.ADD);
  }

  /** Writes a block's integers as the bits of floats, and returns their sum. */
  private static int floats(float[] x, int at, float inverse, int[] to, int toAt) {
    IntVector sum = IntVector.zero(Lanes.INTS);
    for (int i = 0; i < BLOCK; i += Lanes.COUNT) {
      FloatVector rounded = rounded(x, at + i, inverse);
      sum = sum.add(rounded.reinterpretAsInts().sub(ROUNDER_BITS));
      rounded.sub(Lanes.ROUNDER).reinterpretAsInts().intoArray(to, toAt + i);
    }
    return (int) sum.reduceLanesToLong(VectorOperators.ADD);
  }
}
