package exacta.numerics;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Products of 8-bit weights. A block's sum stays below 2^24, so floats hold it exactly. */
final class VectorProducts8 {
  static final int TILE = 8;
  private static final int ROWS = PackedMatrix.ROWS_8;
  private static final int BLOCK = ScalarKernels.BLOCK;
  private static final int LANES = Lanes.COUNT;

  /** As many shorts as floats in a vector. */
  private static final VectorSpecies<Short> HALVES =
      VectorSpecies.of(short.class, VectorShape.forBitSize(16 * LANES));

  private VectorProducts8() {}

  /** Writes one token's products with the rows of a group to out[0 .. 15]. */
  static void single(PackedMatrix w, int group, TiledRows x, int token, float[] out) {
    int blocks = w.blocks();
    for (int part = 0; part < ROWS; part += LANES) {
      FloatVector acc = FloatVector.zero(Lanes.FLOATS);
      for (int block = 0; block < blocks; block++) {
        int at = w.at8(group, block) + part;
        int blockAt = token * blocks + block;
        FloatVector sum = singleSum(w.bytes(), at * BLOCK - part * (BLOCK - 1), x.floats, blockAt);
        acc = scales(w.shorts(), at).mul(x.scales[blockAt]).fma(sum, acc);
      }
      acc.intoArray(out, part);
    }
  }

  private static FloatVector singleSum(byte[] w, int at, float[] x, int block) {
    FloatVector even = FloatVector.zero(Lanes.FLOATS);
    FloatVector odd = FloatVector.zero(Lanes.FLOATS);
    int q = block * BLOCK;
    for (int k = 0; k < BLOCK; k += 2) {
      even = weights(w, at + k * ROWS).fma(broadcast(x[q + k]), even);
      odd = weights(w, at + (k + 1) * ROWS).fma(broadcast(x[q + k + 1]), odd);
    }
    return even.add(odd); // exact, as every partial sum
  }

  /** Scratch of one thread's tile. */
  static final class Scratch {
    /** (TILE, LANES). */
    final float[] sums = new float[TILE * LANES];

    /** (TILE, ROWS). */
    final float[] out = new float[TILE * ROWS];
  }

  /** Writes a tile's products with the rows of a group to scratch.out (TILE, 16). */
  static void tile(PackedMatrix w, int group, TiledRows x, int tile, Scratch scratch) {
    int blocks = w.blocks();
    for (int i = 0; i < scratch.out.length; i++) {
      scratch.out[i] = 0;
    }
    for (int part = 0; part < ROWS; part += LANES) {
      for (int block = 0; block < blocks; block++) {
        int at = w.at8(group, block) + part;
        int blockAt = (tile * blocks + block) * TILE;
        int bytesAt = at * BLOCK - part * (BLOCK - 1);
        tileSums(w.bytes(), bytesAt, x.floats, blockAt * BLOCK, scratch.sums);
        accumulate(scales(w.shorts(), at), x.scales, blockAt, scratch, part);
      }
    }
  }

  private static void tileSums(byte[] w, int at, float[] x, int xAt, float[] sums) {
    FloatVector s0 = FloatVector.zero(Lanes.FLOATS);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    FloatVector s4 = s0;
    FloatVector s5 = s0;
    FloatVector s6 = s0;
    FloatVector s7 = s0;
    for (int k = 0; k < BLOCK; k++) {
      FloatVector n = weights(w, at + k * ROWS);
      int q = xAt + k * TILE;
      s0 = n.fma(broadcast(x[q]), s0);
      s1 = n.fma(broadcast(x[q + 1]), s1);
      s2 = n.fma(broadcast(x[q + 2]), s2);
      s3 = n.fma(broadcast(x[q + 3]), s3);
      s4 = n.fma(broadcast(x[q + 4]), s4);
      s5 = n.fma(broadcast(x[q + 5]), s5);
      s6 = n.fma(broadcast(x[q + 6]), s6);
      s7 = n.fma(broadcast(x[q + 7]), s7);
    }
    s0.intoArray(sums, 0);
    s1.intoArray(sums, LANES);
    s2.intoArray(sums, 2 * LANES);
    s3.intoArray(sums, 3 * LANES);
    s4.intoArray(sums, 4 * LANES);
    s5.intoArray(sums, 5 * LANES);
    s6.intoArray(sums, 6 * LANES);
    s7.intoArray(sums, 7 * LANES);
  }

  private static void accumulate(
      FloatVector weightScales, float[] scales, int blockAt, Scratch scratch, int part) {
    for (int t = 0; t < TILE; t++) {
      FloatVector sum = FloatVector.fromArray(Lanes.FLOATS, scratch.sums, t * LANES);
      FloatVector acc = FloatVector.fromArray(Lanes.FLOATS, scratch.out, t * ROWS + part);
      weightScales.mul(scales[blockAt + t]).fma(sum, acc).intoArray(scratch.out, t * ROWS + part);
    }
  }

  private static FloatVector weights(byte[] w, int at) {
    return (FloatVector)
        ByteVector.fromArray(Lanes.BYTES, w, at).convertShape(VectorOperators.B2F, Lanes.FLOATS, 0);
  }

  private static FloatVector scales(short[] scales, int at) {
    return Lanes.widen(
        (IntVector)
            ShortVector.fromArray(HALVES, scales, at)
                .convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.INTS, 0));
  }

  private static FloatVector broadcast(float value) {
    return FloatVector.broadcast(Lanes.FLOATS, value);
  }
}
