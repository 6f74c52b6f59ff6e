package exacta.numerics;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Products of 4-bit weights with quantized rows, one group of 32 rows of weights after the other. A
 * block's sum fits a short modulo 2^16 (at most 32 * 8 * 127), so it is computed in lanes of 16
 * bits that wrap. Scratch and work of one thread.
 *
 * <p>The work is cut into stages, each of which loops over all blocks. The JIT compiler must
 * compile each by itself: where it inlines more vector operations than its limit of nodes allows,
 * it leaves some as calls that box their vectors, which takes three times as long. It does not
 * inline a call whose receiver it has seen to be of three classes or more, hence the arrays of
 * stages, which all run from {@link #run}.
 */
final class VectorProducts4 implements GroupProducts {
  static final int TILE = 8;
  private static final int ROWS = NibbleMatrix.ROWS;
  private static final int HALF = ROWS / 2;
  private static final int BLOCK = ScalarKernels.BLOCK;

  /** Shorts in a vector: so many rows, half of them in the even lanes. */
  private static final int LANES = Lanes.SHORTS.length();

  /** The lowest nibble of each short. */
  private static final int NIBBLE = 0x000f000f;

  @FunctionalInterface
  private interface Stage {
    void run(VectorProducts4 work);
  }

  private static final Stage[] SINGLE_4_0 = {
    VectorProducts4::singleSums, VectorProducts4::widen, work -> work.floats(1, false)
  };
  private static final Stage[] SINGLE_4_1 = {
    VectorProducts4::singleSums, VectorProducts4::widen, work -> work.floats(1, true)
  };
  private static final Stage[] TILE_4_0 = {
    VectorProducts4::tileSums, VectorProducts4::widen, work -> work.floats(TILE, false)
  };
  private static final Stage[] TILE_4_1 = {
    VectorProducts4::tileSums, VectorProducts4::widen, work -> work.floats(TILE, true)
  };

  /** (tile, ROWS). */
  private final float[] out;

  private final NibbleMatrix w;
  private final TiledRows x;
  private final int blocks;

  /** (blocks, tile, LANES). */
  private final short[] sums;

  private final NibbleGroup weights;
  private final Stage[] product;
  private int group;
  private boolean widened;
  private int part;
  private int tile;

  VectorProducts4(NibbleMatrix w, TiledRows x) {
    this.w = w;
    this.x = x;
    blocks = w.blocks();
    boolean withMinima = w.format().hasMinima();
    out = new float[x.tile * ROWS];
    sums = new short[blocks * x.tile * LANES];
    weights = new NibbleGroup(w);
    if (x.tile == 1) {
      product = withMinima ? SINGLE_4_1 : SINGLE_4_0;
    } else {
      product = withMinima ? TILE_4_1 : TILE_4_0;
    }
  }

  @Override
  public void begin(int nextGroup) {
    group = nextGroup;
    widened = false;
  }

  @Override
  public float[] out() {
    return out;
  }

  @Override
  public void multiply(int nextTile) {
    tile = nextTile;
    runParts(product);
  }

  private void runParts(Stage[] stages) {
    for (part = 0; part < ROWS; part += LANES) {
      run(stages);
    }
  }

  private void run(Stage[] stages) {
    for (Stage stage : stages) {
      stage.run(this);
    }
  }

  /** Only after the first sums: so a group is read from memory in one direction. */
  private void widen() {
    if (!widened) {
      weights.begin(group);
      widened = true;
    }
  }

  private void singleSums() {
    int from = w.at(group, 0) + part;
    for (int block = 0; block < blocks; block++) {
      int at = from + block * BLOCK / 4 * ROWS;
      singleSum(w.shorts(), at, x.pairs, (tile * blocks + block) * BLOCK, sums, block * LANES);
    }
  }

  /** Few views of one kind of vector as another: each is costly to compile in a mixed program. */
  private static void singleSum(short[] w, int at, int[] pairs, int pairAt, short[] sums, int to) {
    ShortVector sum = ShortVector.zero(Lanes.SHORTS);
    for (int j = 0; j < BLOCK / 4; j++) {
      IntVector four = bits(w, at + j * ROWS);
      for (int k = 0; k < 4; k++) {
        sum = sum.add(nibbles(four).mul(pair(pairs, pairAt + 4 * j + k)));
        four = four.lanewise(VectorOperators.LSHR, 4);
      }
    }
    sum.intoArray(sums, to);
  }

  private void tileSums() {
    int from = w.at(group, 0) + part;
    for (int block = 0; block < blocks; block++) {
      int at = from + block * BLOCK / 4 * ROWS;
      int pair = (tile * blocks + block) * TILE * BLOCK;
      tileSum(w.shorts(), at, x.pairs, pair, sums, block * TILE * LANES);
    }
  }

  private static void tileSum(short[] w, int at, int[] pairs, int pairAt, short[] sums, int to) {
    ShortVector s0 = ShortVector.zero(Lanes.SHORTS);
    ShortVector s1 = s0;
    ShortVector s2 = s0;
    ShortVector s3 = s0;
    ShortVector s4 = s0;
    ShortVector s5 = s0;
    ShortVector s6 = s0;
    ShortVector s7 = s0;
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
    s0.intoArray(sums, to);
    s1.intoArray(sums, to + LANES);
    s2.intoArray(sums, to + 2 * LANES);
    s3.intoArray(sums, to + 3 * LANES);
    s4.intoArray(sums, to + 4 * LANES);
    s5.intoArray(sums, to + 5 * LANES);
    s6.intoArray(sums, to + 6 * LANES);
    s7.intoArray(sums, to + 7 * LANES);
  }

  private void floats(int tokens, boolean withMinima) {
    for (int t = 0; t < tokens; t++) {
      floatsOf(t, tokens, withMinima);
    }
  }

  /** The float stage of one token, both halves of the lanes side by side. */
  private void floatsOf(int token, int tokens, boolean withMinima) {
    FloatVector low = FloatVector.zero(Lanes.FLOATS);
    FloatVector high = low;
    int column = part / 2;
    float[] scales = weights.scales();
    float[] minima = weights.minima();
    for (int block = 0; block < blocks; block++) {
      int at = (tile * blocks + block) * tokens + token;
      int row = block * ROWS + column;
      IntVector sum =
          ShortVector.fromArray(Lanes.SHORTS, sums, (block * tokens + token) * LANES)
              .add(pair(x.starts, at))
              .reinterpretAsInts();
      FloatVector scale = broadcast(x.scales[at]);
      IntVector even = sum.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16);
      IntVector odd = sum.lanewise(VectorOperators.ASHR, 16);
      low = load(scales, row).mul(scale).fma(Lanes.toFloats(even), low);
      high = load(scales, row + HALF).mul(scale).fma(Lanes.toFloats(odd), high);
      if (withMinima) {
        FloatVector total = broadcast(x.sums[at]);
        low = load(minima, row).fma(total, low);
        high = load(minima, row + HALF).fma(total, high);
      }
    }
    low.intoArray(out, token * ROWS + column);
    high.intoArray(out, token * ROWS + column + HALF);
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

  /** Both halves of the int are the same; as an int it is broadcast straight from memory. */
  private static ShortVector pair(int[] pairs, int at) {
    return IntVector.broadcast(Lanes.INTS, pairs[at]).reinterpretAsShorts();
  }
}
