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

  /** Writes one token's products with the rows of a group to out[0 .. 31]. */
  static void single(PackedMatrix w, int group, TiledRows x, int token, float[] out) {
    for (int part = 0; part < ROWS; part += LANES) {
      singlePart(
          w.shorts(),
          w.at4(group, 0) + part,
          w.blockShorts(),
          x,
          token * w.blocks(),
          w.blocks(),
          out,
          part / 2);
    }
  }

  private static void singlePart(
      short[] w, int at, int step, TiledRows x, int blockAt, int blocks, float[] out, int outAt) {
    boolean minima = step == 10 * ROWS;
    FloatVector even = FloatVector.zero(Lanes.FLOATS);
    FloatVector odd = FloatVector.zero(Lanes.FLOATS);
    for (int block = 0; block < blocks; block++) {
      int base = at + block * step;
      IntVector sum =
          singleSum(w, base, x.pairs, (blockAt + block) * BLOCK, x.starts[blockAt + block]);
      IntVector scales = bits(w, base + 8 * ROWS);
      float scale = x.scales[blockAt + block];
      FloatVector evenScale = Lanes.widen(scales);
      FloatVector oddScale = Lanes.widen(scales.lanewise(VectorOperators.LSHR, 16));
      even = evenScale.mul(scale).fma(evenLanes(sum), even);
      odd = oddScale.mul(scale).fma(oddLanes(sum), odd);
      if (minima) {
        IntVector m = bits(w, base + 9 * ROWS);
        float s = x.sums[blockAt + block];
        even = offset(evenScale, Lanes.widen(m)).fma(broadcast(s), even);
        odd =
            offset(oddScale, Lanes.widen(m.lanewise(VectorOperators.LSHR, 16)))
                .fma(broadcast(s), odd);
      }
    }
    even.intoArray(out, outAt);
    odd.intoArray(out, outAt + ROWS / 2);
  }

  private static IntVector singleSum(short[] w, int at, int[] pairs, int pairAt, int start) {
    ShortVector sum = IntVector.broadcast(Lanes.INTS, start).reinterpretAsShorts();
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
    return sum.reinterpretAsInts();
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
    boolean minima = w.format() == WeightFormat.Q4_1;
    for (int i = 0; i < scratch.out.length; i++) {
      scratch.out[i] = 0;
    }
    for (int part = 0; part < ROWS; part += LANES) {
      for (int block = 0; block < blocks; block++) {
        int at = w.at4(group, block) + part;
        int blockAt = (tile * blocks + block) * TILE;
        tileSums(w.shorts(), at, x.pairs, blockAt * BLOCK, x.starts, blockAt, scratch.sums);
        accumulate(w.shorts(), at, minima, x, blockAt, scratch, part / 2);
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
    for (int k = 0; k < BLOCK; k++) {
      IntVector four = bits(w, at + (k >> 2) * ROWS);
      ShortVector n = nibbles(four.lanewise(VectorOperators.LSHR, 4 * (k & 3)));
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
      short[] w, int at, boolean minima, TiledRows x, int blockAt, Scratch scratch, int outAt) {
    IntVector scales = bits(w, at + 8 * ROWS);
    FloatVector evenScale = Lanes.widen(scales);
    FloatVector oddScale = Lanes.widen(scales.lanewise(VectorOperators.LSHR, 16));
    for (int t = 0; t < TILE; t++) {
      IntVector sum = bits(scratch.sums, t * LANES);
      float scale = x.scales[blockAt + t];
      fuse(evenScale.mul(scale), evenLanes(sum), scratch.out, t * ROWS + outAt);
      fuse(oddScale.mul(scale), oddLanes(sum), scratch.out, t * ROWS + outAt + ROWS / 2);
    }
    if (minima) {
      IntVector m = bits(w, at + 9 * ROWS);
      FloatVector even = offset(evenScale, Lanes.widen(m));
      FloatVector odd = offset(oddScale, Lanes.widen(m.lanewise(VectorOperators.LSHR, 16)));
      for (int t = 0; t < TILE; t++) {
        FloatVector sum = broadcast(x.sums[blockAt + t]);
        fuse(even, sum, scratch.out, t * ROWS + outAt);
        fuse(odd, sum, scratch.out, t * ROWS + outAt + ROWS / 2);
      }
    }
  }

  private static void fuse(FloatVector a, FloatVector b, float[] out, int at) {
    a.fma(b, FloatVector.fromArray(Lanes.FLOATS, out, at)).intoArray(out, at);
  }

  /** 8 * d + m, in one rounding. */
  private static FloatVector offset(FloatVector scale, FloatVector minimum) {
    return broadcast(8).fma(scale, minimum);
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
    return IntVector.broadcast(Lanes.INTS, pairs[at]).reinterpretAsShorts();
  }

  private static FloatVector evenLanes(IntVector sums) {
    return Lanes.toFloats(
        sums.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16));
  }

  private static FloatVector oddLanes(IntVector sums) {
    return Lanes.toFloats(sums.lanewise(VectorOperators.ASHR, 16));
  }
}
