package exacta.numerics;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Products of 4-bit weights. A block's sum fits a short modulo 2^16 (at most 32 * 8 * 127), so it
 * is computed in lanes of 16 bits that wrap. The methods are small because the JIT compiler gives
 * up on vectors in large ones.
 */
final class VectorProducts4 {
  static final int TILE = 8;
  private static final int ROWS = PackedMatrix.ROWS_4;
  private static final int BLOCK = ScalarKernels.BLOCK;

  /** Shorts in a vector: so many rows, half of them in the even lanes. */
  private static final int LANES = Lanes.SHORTS.length();

  /** The lowest nibble of each short. */
  private static final int NIBBLE = 0x000f000f;

  private VectorProducts4() {}

  /** Writes one token's products with the rows of a group to scratch.out[0 .. 31]. */
  static void single(PackedMatrix w, int group, TiledRows x, int token, Scratch scratch) {
    for (int i = 0; i < ROWS; i++) {
      scratch.out[i] = 0;
    }
    for (int part = 0; part < ROWS; part += LANES) {
      for (int block = 0; block < w.blocks(); block++) {
        int at = w.at4(group, block) + part;
        int blockAt = token * w.blocks() + block;
        singleSum(w.shorts(), at, x.pairs, blockAt * BLOCK, x.starts[blockAt], scratch.sums);
        accumulate(w.shorts(), at, x.scales, blockAt, 1, scratch, part / 2);
        if (w.format() == WeightFormat.Q4_1) {
          accumulateMinima(w.shorts(), at, x.sums, blockAt, 1, scratch.out, part / 2);
        }
      }
    }
  }

  private static void singleSum(
      short[] w, int at, int[] pairs, int pairAt, int start, short[] sums) {
    ShortVector sum = ShortVector.broadcast(Lanes.SHORTS, (short) start);
    for (int j = 0; j < 8; j++) {
      IntVector four = bits(w, at + j * ROWS);
      int q = pairAt + 4 * j;
      sum = sum.add(nibbles(four).mul(pair(pairs, q)));
      four = four.lanewise(VectorOperators.LSHR, 4);
      sum = sum.add(nibbles(four).mul(pair(pairs, q + 1)));
      four = four.lanewise(VectorOperators.LSHR, 4);
      sum = sum.add(nibbles(four).mul(pair(pairs, q + 2)));
      four = four.lanewise(VectorOperators.LSHR, 4);
      sum = sum.add(nibbles(four).mul(pair(pairs, q + 3)));
    }
    sum.intoArray(sums, 0);
  }

  /** Scratch of one thread's tile. */
  static final class Scratch {
    /** (TILE, 16 bits of a part's rows). */
    final short[] sums = new short[TILE * LANES];

    /** (TILE, ROWS). */
    final float[] out = new float[TILE * ROWS];
  }

  /** Writes a tile's products with the rows of a group to scratch.out (TILE, 32). */
  static void tile(PackedMatrix w, int group, TiledRows x, int tile, Scratch scratch) {
    int blocks = w.blocks();
    for (int i = 0; i < scratch.out.length; i++) {
      scratch.out[i] = 0;
    }
    for (int part = 0; part < ROWS; part += LANES) {
      for (int block = 0; block < blocks; block++) {
        int at = w.at4(group, block) + part;
        int blockAt = (tile * blocks + block) * TILE;
        tileSums(w.shorts(), at, x.pairs, blockAt * BLOCK, x.starts, blockAt, scratch.sums);
        accumulate(w.shorts(), at, x.scales, blockAt, TILE, scratch, part / 2);
        if (w.format() == WeightFormat.Q4_1) {
          accumulateMinima(w.shorts(), at, x.sums, blockAt, TILE, scratch.out, part / 2);
        }
      }
    }
  }

  private static void tileSums(
      short[] w, int at, int[] pairs, int pairAt, int[] starts, int startAt, short[] sums) {
    ShortVector s0 = pair(starts, startAt);
    ShortVector s1 = pair(starts, startAt + 1);
    ShortVector s2 = pair(starts, startAt + 2);
    ShortVector s3 = pair(starts, startAt + 3);
    ShortVector s4 = pair(starts, startAt + 4);
    ShortVector s5 = pair(starts, startAt + 5);
    ShortVector s6 = pair(starts, startAt + 6);
    ShortVector s7 = pair(starts, startAt + 7);
    for (int j = 0; j < BLOCK / 4; j++) {
      IntVector four = bits(w, at + j * ROWS);
      for (int k = 4 * j; k < 4 * j + 4; k++) {
        ShortVector n = nibbles(four);
        four = four.lanewise(VectorOperators.LSHR, 4);
        int q = pairAt + k * TILE;
        s0 = s0.add(n.mul(pair(pairs, q)));
        s1 = s1.add(n.mul(pair(pairs, q + 1)));
        s2 = s2.add(n.mul(pair(pairs, q + 2)));
        s3 = s3.add(n.mul(pair(pairs, q + 3)));
        s4 = s4.add(n.mul(pair(pairs, q + 4)));
        s5 = s5.add(n.mul(pair(pairs, q + 5)));
        s6 = s6.add(n.mul(pair(pairs, q + 6)));
        s7 = s7.add(n.mul(pair(pairs, q + 7)));
      }
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
      short[] w, int at, float[] scales, int blockAt, int tokens, Scratch scratch, int outAt) {
    IntVector halves = bits(w, at + 8 * ROWS);
    FloatVector even = Lanes.widen(halves);
    FloatVector odd = Lanes.widen(halves.lanewise(VectorOperators.LSHR, 16));
    for (int t = 0; t < tokens; t++) {
      IntVector sum = bits(scratch.sums, t * LANES);
      float scale = scales[blockAt + t];
      fuse(even.mul(scale), evenLanes(sum), scratch.out, t * ROWS + outAt);
      fuse(odd.mul(scale), oddLanes(sum), scratch.out, t * ROWS + outAt + ROWS / 2);
    }
  }

  private static void accumulateMinima(
      short[] w, int at, float[] sums, int blockAt, int tokens, float[] out, int outAt) {
    accumulateMinima(w, at, 0, sums, blockAt, tokens, out, outAt);
    accumulateMinima(w, at, 16, sums, blockAt, tokens, out, outAt + ROWS / 2);
  }

  /** For the rows of the even lanes (shift 0) or the odd ones (shift 16). */
  private static void accumulateMinima(
      short[] w, int at, int shift, float[] sums, int blockAt, int tokens, float[] out, int outAt) {
    FloatVector scale = Lanes.widen(bits(w, at + 8 * ROWS).lanewise(VectorOperators.LSHR, shift));
    FloatVector minimum = Lanes.widen(bits(w, at + 9 * ROWS).lanewise(VectorOperators.LSHR, shift));
    FloatVector offset = broadcast(8).fma(scale, minimum); // 8 * d + m, in one rounding
    for (int t = 0; t < tokens; t++) {
      fuse(offset, broadcast(sums[blockAt + t]), out, t * ROWS + outAt);
    }
  }

  private static void fuse(FloatVector a, FloatVector b, float[] out, int at) {
    a.fma(b, FloatVector.fromArray(Lanes.FLOATS, out, at)).intoArray(out, at);
  }

  private static FloatVector broadcast(float value) {
    return FloatVector.broadcast(Lanes.FLOATS, value);
  }

  private static IntVector bits(short[] from, int at) {
    return ShortVector.fromArray(Lanes.SHORTS, from, at).reinterpretAsInts();
  }

  /** Shifting ints lets bits of a neighbour into a short, but not into its lowest nibble. */
  private static ShortVector nibbles(IntVector four) {
    return four.and(NIBBLE).reinterpretAsShorts();
  }

  private static ShortVector pair(int[] pairs, int at) {
    return ShortVector.broadcast(Lanes.SHORTS, (short) pairs[at]);
  }

  private static FloatVector evenLanes(IntVector sums) {
    return Lanes.toFloats(
        sums.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16));
  }

  private static FloatVector oddLanes(IntVector sums) {
    return Lanes.toFloats(sums.lanewise(VectorOperators.ASHR, 16));
  }
}
