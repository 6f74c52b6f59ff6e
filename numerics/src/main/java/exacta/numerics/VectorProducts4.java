package exacta.numerics;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Products of 4-bit weights with tiles of quantized rows, one group of 32 rows of weights after the
 * other. A block's sum fits a short modulo 2^16 (at most 32 * 8 * 127), so it is computed in lanes
 * of 16 bits that wrap. Scratch and work of one thread.
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

  @FunctionalInterface
  private interface Stage {
    void run(VectorProducts4 work);
  }

  private static final Stage[] STAGES = {
    VectorProducts4::sums, VectorProducts4::widen, work -> work.floats(false)
  };
  private static final Stage[] SHIFTED = {
    VectorProducts4::sums, VectorProducts4::widen, work -> work.floats(true)
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
    out = new float[TILE * ROWS];
    sums = new short[blocks * TILE * LANES];
    weights = new NibbleGroup().take(w);
    product = w.format().hasMinima() ? SHIFTED : STAGES;
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

  /** Only after the first sums, which bring the group into the caches. */
  private void widen() {
    if (!widened) {
      weights.begin(group);
      widened = true;
    }
  }

  private void sums() {
    for (int block = 0; block < blocks; block++) {
      int at = w.at(group, block) + part;
      int pair = (tile * blocks + block) * TILE * BLOCK;
      sum(w.shorts(), at, x.pairs, pair, sums, block * TILE * LANES);
    }
  }

  private static void sum(short[] w, int at, int[] pairs, int pairAt, short[] sums, int to) {
    ShortVector s0 = ShortVector.zero(Lanes.SHORTS);
    ShortVector s1 = s0;
    ShortVector s2 = s0;
    ShortVector s3 = s0;
    ShortVector s4 = s0;
    ShortVector s5 = s0;
    ShortVector s6 = s0;
    ShortVector s7 = s0;
    for (int j = 0; j < BLOCK / 4; j++) {
      IntVector four = Nibbles.bits(w, at + j * ROWS);
      for (int k = 4 * j; k < 4 * j + 4; k++) {
        ShortVector n = Nibbles.lowest(four);
        four = four.lanewise(VectorOperators.LSHR, 4);
        int q = pairAt + k;
        s0 = s0.add(n.mul(Nibbles.pair(pairs, q)));
        s1 = s1.add(n.mul(Nibbles.pair(pairs, q + BLOCK)));
        s2 = s2.add(n.mul(Nibbles.pair(pairs, q + 2 * BLOCK)));
        s3 = s3.add(n.mul(Nibbles.pair(pairs, q + 3 * BLOCK)));
        s4 = s4.add(n.mul(Nibbles.pair(pairs, q + 4 * BLOCK)));
        s5 = s5.add(n.mul(Nibbles.pair(pairs, q + 5 * BLOCK)));
        s6 = s6.add(n.mul(Nibbles.pair(pairs, q + 6 * BLOCK)));
        s7 = s7.add(n.mul(Nibbles.pair(pairs, q + 7 * BLOCK)));
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

  private void floats(boolean withMinima) {
    for (int t = 0; t < TILE; t++) {
      floatsOf(t, withMinima);
    }
  }

  /** The float stage of one token, both halves of the lanes side by side. */
  private void floatsOf(int token, boolean withMinima) {
    FloatVector low = FloatVector.zero(Lanes.FLOATS);
    FloatVector high = low;
    int column = part / 2;
    float[] scales = weights.scales();
    float[] minima = weights.minima();
    for (int block = 0; block < blocks; block++) {
      int at = (tile * blocks + block) * TILE + token;
      int row = block * ROWS + column;
      IntVector sum = Nibbles.sum(sums, (block * TILE + token) * LANES, x.starts, at);
      FloatVector scale = Lanes.broadcast(x.scales[at]);
      low = Lanes.load(scales, row).mul(scale).fma(Nibbles.even(sum), low);
      high = Lanes.load(scales, row + HALF).mul(scale).fma(Nibbles.odd(sum), high);
      if (withMinima) {
        FloatVector total = Lanes.broadcast(x.sums[at]);
        low = Lanes.load(minima, row).fma(total, low);
        high = Lanes.load(minima, row + HALF).fma(total, high);
      }
    }
    low.intoArray(out, token * ROWS + column);
    high.intoArray(out, token * ROWS + column + HALF);
  }
}
