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
        accumulate(w, at, x, blockAt, 1, scratch, part / 2);
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

    /** Of half of a part's rows; minima become 8 * d + m. */
    final float[] scales = new float[Lanes.COUNT];

    final float[] minima = new float[Lanes.COUNT];
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
        accumulate(w, at, x, blockAt, TILE, scratch, part / 2);
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

  /** The float stage of a block, in steps of a few vectors each. */
  private static void accumulate(
      PackedMatrix w, int at, TiledRows x, int blockAt, int tokens, Scratch scratch, int outAt) {
    boolean minima = w.format() == WeightFormat.Q4_1;
    for (int half = 0; half < 2; half++) {
      int shift = 16 * half;
      int start = outAt + half * (ROWS / 2);
      widen(w.shorts(), at + 8 * ROWS, shift, scratch.scales);
      addSums(scratch, x.scales, blockAt, tokens, shift, start);
      if (minima) {
        widen(w.shorts(), at + 9 * ROWS, shift, scratch.minima);
        addMinima(scratch, x.sums, blockAt, tokens, start);
      }
    }
  }

  /** Writes the f16 of the even lanes (shift 0) or the odd ones (shift 16) as floats. */
  private static void widen(short[] w, int at, int shift, float[] out) {
    Lanes.widen(bits(w, at).lanewise(VectorOperators.LSHR, shift)).intoArray(out, 0);
  }

  private static void addSums(
      Scratch scratch, float[] scales, int blockAt, int tokens, int shift, int outAt) {
    for (int t = 0; t < tokens; t++) {
      IntVector sum =
          bits(scratch.sums, t * LANES)
              .lanewise(VectorOperators.LSHL, 16 - shift)
              .lanewise(VectorOperators.ASHR, 16);
      FloatVector scale = load(scratch.scales, 0).mul(broadcast(scales[blockAt + t]));
      fuse(scale, Lanes.toFloats(sum), scratch.out, t * ROWS + outAt);
    }
  }

  private static void addMinima(Scratch scratch, float[] sums, int blockAt, int tokens, int outAt) {
    // 8 * d + m, in one rounding
    broadcast(8).fma(load(scratch.scales, 0), load(scratch.minima, 0)).intoArray(scratch.minima, 0);
    for (int t = 0; t < tokens; t++) {
      FloatVector offset = load(scratch.minima, 0);
      fuse(offset, broadcast(sums[blockAt + t]), scratch.out, t * ROWS + outAt);
    }
  }

  private static void fuse(FloatVector a, FloatVector b, float[] out, int at) {
    a.fma(b, load(out, at)).intoArray(out, at);
  }

  private static FloatVector load(float[] from, int at) {
    return FloatVector.fromArray(Lanes.FLOATS, from, at);
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
}
