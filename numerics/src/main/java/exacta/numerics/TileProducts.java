package exacta.numerics;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Products of many tokens with quantized weights of any format, one group of 32 rows of weights
 * after the other. A sum of integers that have one scale stays below 2^24, so floats compute it
 * exactly in any order. The weights become floats once for all tokens, some blocks at a time, as
 * many as stay in the nearest cache. Scratch and work of one thread.
 *
 * <p>16 sums and what they meet need more than 16 registers: for vectors of 512 bits, where there
 * are 32. Cut into stages as {@link VectorProducts4}, and for the same reason.
 */
final class TileProducts {
  static final int TILE = 8;
  private static final int ROWS = TileGroup.ROWS;
  private static final int BLOCK = ScalarKernels.BLOCK;
  private static final int LANES = Lanes.COUNT;

  /** Blocks whose weights are floats at a time: 24 KB. */
  private static final int SPAN = 6;

  @FunctionalInterface
  private interface Stage {
    void run(TileProducts work);
  }

  private static final Stage[] WHOLE = {work -> work.sums(BLOCK), work -> work.scale(false)};
  private static final Stage[] HALF = {work -> work.sums(BLOCK / 2), work -> work.scale(false)};
  private static final Stage[] SHIFTED = {work -> work.sums(BLOCK), work -> work.scale(true)};

  /** What a thread keeps for its next product. */
  private static final class Kept {
    /** (SPAN * BLOCK, ROWS). */
    private final float[] integers = new float[SPAN * BLOCK * ROWS];

    /** (SPAN * runs, TILE, ROWS). */
    private final float[] sums = new float[SPAN * 2 * TILE * ROWS];

    /** (tokens, ROWS). */
    private float[] products = {};

    private final NibbleGroup nibbles = new NibbleGroup();
    private final ByteGroup bytes = new ByteGroup();

    private TileGroup take(PackedMatrix w) {
      return switch (w) {
        case NibbleMatrix n -> nibbles.take(n);
        case ByteMatrix b -> bytes.take(b);
        case PlainMatrix _ -> throw new AssertionError("plain weights have no integers");
      };
    }

    private void reserve(int tiles) {
      products = Scratch.atLeast(products, tiles * TILE * ROWS);
    }
  }

  private static final ThreadLocal<Kept> KEPT = ThreadLocal.withInitial(Kept::new);

  private final PackedMatrix w;
  private final TileGroup weights;
  private final TiledRows x;
  private final int blocks;

  /** Runs of columns with one scale, in a block. */
  private final int runs;

  private final Stage[] stages;

  private final float[] integers;
  private final float[] sums;
  private final float[] products;

  private int first;
  private int count;
  private int tile;
  private int column;

  TileProducts(PackedMatrix w, TiledRows x) {
    this.w = w;
    this.x = x;
    blocks = w.cols() / BLOCK;
    runs = BLOCK / w.format().scaleElements();
    Kept kept = KEPT.get();
    weights = kept.take(w);
    kept.reserve(x.tiles());
    integers = kept.integers;
    sums = kept.sums;
    products = kept.products;
    stages = w.format().hasMinima() ? SHIFTED : runs == 1 ? WHOLE : HALF;
  }

  /** Writes the products of the tokens with a group's rows. */
  void multiply(int group, int tokens, Output out) {
    weights.begin(group);
    Arrays.fill(products, 0, x.tiles() * TILE * ROWS, 0);
    for (first = 0; first < blocks; first += SPAN) {
      count = Math.min(SPAN, blocks - first);
      weights.integers(first, count, integers);
      for (tile = 0; tile < x.tiles(); tile++) {
        for (column = 0; column < ROWS; column += 2 * LANES) {
          run(stages);
        }
      }
    }
    int row = group * ROWS;
    int rows = Math.min(ROWS, w.rows() - row);
    for (int t = 0; t < tokens; t++) {
      out.set(t, row, products, t * ROWS, rows);
    }
  }

  private void run(Stage[] stages) {
    for (Stage stage : stages) {
      stage.run(this);
    }
  }

  private void sums(int length) {
    for (int run = 0; run < count * runs; run++) {
      int k = run * length;
      int q = (tile * blocks + first + k / BLOCK) * TILE * BLOCK + k % BLOCK;
      sum(integers, k * ROWS + column, x.floatBits, q, length, sums, run * TILE * ROWS);
    }
  }

  /** Sums of two vectors of rows with eight tokens; (TILE, 2, LANES) at the start of a run's. */
  private static void sum(float[] w, int at, int[] x, int xAt, int length, float[] sums, int to) {
    FloatVector a0 = FloatVector.zero(Lanes.FLOATS);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector a4 = a0;
    FloatVector a5 = a0;
    FloatVector a6 = a0;
    FloatVector a7 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector b2 = a0;
    FloatVector b3 = a0;
    FloatVector b4 = a0;
    FloatVector b5 = a0;
    FloatVector b6 = a0;
    FloatVector b7 = a0;
    for (int k = 0; k < length; k++) {
      FloatVector a = Lanes.load(w, at + k * ROWS);
      FloatVector b = Lanes.load(w, at + k * ROWS + LANES);
      int q = xAt + k;
      FloatVector v = Lanes.broadcast(x, q);
      a0 = a.fma(v, a0);
      b0 = b.fma(v, b0);
      v = Lanes.broadcast(x, q + BLOCK);
      a1 = a.fma(v, a1);
      b1 = b.fma(v, b1);
      v = Lanes.broadcast(x, q + 2 * BLOCK);
      a2 = a.fma(v, a2);
      b2 = b.fma(v, b2);
      v = Lanes.broadcast(x, q + 3 * BLOCK);
      a3 = a.fma(v, a3);
      b3 = b.fma(v, b3);
      v = Lanes.broadcast(x, q + 4 * BLOCK);
      a4 = a.fma(v, a4);
      b4 = b.fma(v, b4);
      v = Lanes.broadcast(x, q + 5 * BLOCK);
      a5 = a.fma(v, a5);
      b5 = b.fma(v, b5);
      v = Lanes.broadcast(x, q + 6 * BLOCK);
      a6 = a.fma(v, a6);
      b6 = b.fma(v, b6);
      v = Lanes.broadcast(x, q + 7 * BLOCK);
      a7 = a.fma(v, a7);
      b7 = b.fma(v, b7);
    }
    store(a0, b0, sums, to);
    store(a1, b1, sums, to + ROWS);
    store(a2, b2, sums, to + 2 * ROWS);
    store(a3, b3, sums, to + 3 * ROWS);
    store(a4, b4, sums, to + 4 * ROWS);
    store(a5, b5, sums, to + 5 * ROWS);
    store(a6, b6, sums, to + 6 * ROWS);
    store(a7, b7, sums, to + 7 * ROWS);
  }

  private void scale(boolean withMinima) {
    for (int t = 0; t < TILE; t += 4) {
      scaleFour(t, withMinima);
    }
  }

  /** Four tokens with two vectors of rows: eight sums, none of which waits for another. */
  private void scaleFour(int token, boolean withMinima) {
    int to = (tile * TILE + token) * ROWS + column;
    int halvings = runs - 1;
    float[] scales = weights.scales();
    float[] minima = weights.minima();
    FloatVector a0 = Lanes.load(products, to);
    FloatVector a1 = Lanes.load(products, to + ROWS);
    FloatVector a2 = Lanes.load(products, to + 2 * ROWS);
    FloatVector a3 = Lanes.load(products, to + 3 * ROWS);
    FloatVector b0 = Lanes.load(products, to + LANES);
    FloatVector b1 = Lanes.load(products, to + ROWS + LANES);
    FloatVector b2 = Lanes.load(products, to + 2 * ROWS + LANES);
    FloatVector b3 = Lanes.load(products, to + 3 * ROWS + LANES);
    for (int run = 0; run < count * runs; run++) {
      int row = (first * runs + run) * ROWS + column;
      FloatVector d = Lanes.load(scales, row);
      FloatVector e = Lanes.load(scales, row + LANES);
      int q = (tile * blocks + first + (run >> halvings)) * TILE + token;
      int s = (run * TILE + token) * ROWS;
      FloatVector v = Lanes.broadcast(x.scales[q]);
      a0 = d.mul(v).fma(Lanes.load(sums, s), a0);
      b0 = e.mul(v).fma(Lanes.load(sums, s + LANES), b0);
      v = Lanes.broadcast(x.scales[q + 1]);
      a1 = d.mul(v).fma(Lanes.load(sums, s + ROWS), a1);
      b1 = e.mul(v).fma(Lanes.load(sums, s + ROWS + LANES), b1);
      v = Lanes.broadcast(x.scales[q + 2]);
      a2 = d.mul(v).fma(Lanes.load(sums, s + 2 * ROWS), a2);
      b2 = e.mul(v).fma(Lanes.load(sums, s + 2 * ROWS + LANES), b2);
      v = Lanes.broadcast(x.scales[q + 3]);
      a3 = d.mul(v).fma(Lanes.load(sums, s + 3 * ROWS), a3);
      b3 = e.mul(v).fma(Lanes.load(sums, s + 3 * ROWS + LANES), b3);
      if (withMinima) {
        // Formats with minima have one scale in a block.
        FloatVector m = Lanes.load(minima, row);
        FloatVector n = Lanes.load(minima, row + LANES);
        v = Lanes.broadcast(x.sums[q]);
        a0 = m.fma(v, a0);
        b0 = n.fma(v, b0);
        v = Lanes.broadcast(x.sums[q + 1]);
        a1 = m.fma(v, a1);
        b1 = n.fma(v, b1);
        v = Lanes.broadcast(x.sums[q + 2]);
        a2 = m.fma(v, a2);
        b2 = n.fma(v, b2);
        v = Lanes.broadcast(x.sums[q + 3]);
        a3 = m.fma(v, a3);
        b3 = n.fma(v, b3);
      }
    }
    a0.intoArray(products, to);
    b0.intoArray(products, to + LANES);
    a1.intoArray(products, to + ROWS);
    b1.intoArray(products, to + ROWS + LANES);
    a2.intoArray(products, to + 2 * ROWS);
    b2.intoArray(products, to + 2 * ROWS + LANES);
    a3.intoArray(products, to + 3 * ROWS);
    b3.intoArray(products, to + 3 * ROWS + LANES);
  }

  private static void store(FloatVector a, FloatVector b, float[] to, int at) {
    a.intoArray(to, at);
    b.intoArray(to, at + LANES);
  }
}
