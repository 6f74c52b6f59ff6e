package exacta.numerics;

import jdk.incubator.vector.FloatVector;

/** Products of weights in bytes with single tokens. Sums and stages as {@link VectorProducts8}. */
final class SingleProducts8 extends SingleProducts {
  private static final int ROWS = ByteMatrix.ROWS;
  private static final int BLOCK = ScalarKernels.BLOCK;
  private static final int LANES = Lanes.COUNT;

  /** Groups of a {@link ByteGroup}. */
  private static final int PAIR = TileGroup.ROWS / ROWS;

  @FunctionalInterface
  private interface Stage {
    void run(SingleProducts8 work);
  }

  private static final Stage[] WHOLE = {
    work -> work.sums(BLOCK), SingleProducts8::widen, work -> work.floats(false)
  };
  private static final Stage[] HALVES = {
    work -> work.sums(BLOCK / 2), SingleProducts8::widen, work -> work.floats(false)
  };
  private static final Stage[] SHIFTED = {
    work -> work.sums(BLOCK), SingleProducts8::widen, work -> work.floats(true)
  };

  private static final ThreadLocal<SingleProducts8> OF_THREAD =
      ThreadLocal.withInitial(SingleProducts8::new);

  private ByteMatrix w;
  private TiledRows x;
  private int blocks;

  /** Runs of columns with one scale, in a row. */
  private int runs;

  private Stage[] stages;
  private final ByteGroup[] weights = new ByteGroup[GROUPS / PAIR];

  /** (runs, GROUPS, LANES). */
  private float[] sums = {};

  private SingleProducts8() {
    super(ROWS, LANES);
    for (int i = 0; i < weights.length; i++) {
      weights[i] = new ByteGroup();
    }
  }

  /** The thread's own, until it asks again. */
  static SingleProducts8 of(ByteMatrix w, TiledRows x) {
    SingleProducts8 products = OF_THREAD.get();
    products.take(w, x);
    return products;
  }

  private void take(ByteMatrix next, TiledRows rows) {
    w = next;
    x = rows;
    blocks = w.blocks();
    int columns = w.format().scaleElements();
    runs = w.cols() / columns;
    stages = w.format().hasMinima() ? SHIFTED : columns == BLOCK ? WHOLE : HALVES;
    sums = Scratch.atLeast(sums, runs * GROUPS * LANES);
    for (ByteGroup each : weights) {
      each.take(w);
    }
  }

  @Override
  PackedMatrix matrix() {
    return w;
  }

  @Override
  void runStages() {
    for (Stage stage : stages) {
      stage.run(this);
    }
  }

  private int start(int i) {
    return groupAt(i) * w.cols() * ROWS + part;
  }

  private void sums(int length) {
    int at0 = start(0);
    int at1 = start(1);
    int at2 = start(2);
    int at3 = start(3);
    int q = token * w.cols();
    for (int run = 0; run < runs; run++) {
      int k = run * length;
      int from = k * ROWS;
      sumFour(
          w.bytes(),
          at0 + from,
          at1 + from,
          at2 + from,
          at3 + from,
          x.floatBits,
          q + k,
          length,
          sums,
          run * GROUPS * LANES);
    }
  }

  private static void sumFour(
      byte[] w,
      int at0,
      int at1,
      int at2,
      int at3,
      int[] x,
      int xAt,
      int length,
      float[] sums,
      int to) {
    FloatVector s0 = FloatVector.zero(Lanes.FLOATS);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (int k = 0; k < length; k++) {
      FloatVector v = Lanes.broadcast(x, xAt + k);
      s0 = Lanes.floats(w, at0 + k * ROWS).fma(v, s0);
      s1 = Lanes.floats(w, at1 + k * ROWS).fma(v, s1);
      s2 = Lanes.floats(w, at2 + k * ROWS).fma(v, s2);
      s3 = Lanes.floats(w, at3 + k * ROWS).fma(v, s3);
    }
    s0.intoArray(sums, to);
    s1.intoArray(sums, to + LANES);
    s2.intoArray(sums, to + 2 * LANES);
    s3.intoArray(sums, to + 3 * LANES);
  }

  @Override
  void widenScales() {
    for (int i = 0; i < count; i += PAIR) {
      weights[i / PAIR].beginAt(group + i);
    }
  }

  private void floats(boolean withMinima) {
    int halvings = runs == blocks ? 0 : 1;
    for (int i = 0; i < count; i++) {
      float[] scales = weights[i / PAIR].scales();
      float[] minima = weights[i / PAIR].minima();
      FloatVector sum = FloatVector.zero(Lanes.FLOATS);
      for (int run = 0; run < runs; run++) {
        int at = token * blocks + (run >> halvings);
        int row = run * TileGroup.ROWS + i % PAIR * ROWS + part;
        FloatVector scale = Lanes.load(scales, row).mul(Lanes.broadcast(x.scales[at]));
        sum = scale.fma(Lanes.load(sums, (run * GROUPS + i) * LANES), sum);
        if (withMinima) {
          // Formats with minima have one scale in a block.
          sum = Lanes.load(minima, row).fma(Lanes.broadcast(x.sums[at]), sum);
        }
      }
      sum.intoArray(products, i * ROWS + part);
    }
  }
}
