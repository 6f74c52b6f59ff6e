package exacta.numerics;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Products of weights in bytes with single tokens, four groups of rows side by side for the reasons
 * of {@link SingleProducts4}. Sums and stages as {@link VectorProducts8}.
 */
final class SingleProducts8 implements SingleProducts {
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
    work -> work.sums(BLOCK), SingleProducts8::widen, SingleProducts8::floats
  };
  private static final Stage[] HALVES = {
    work -> work.sums(BLOCK / 2), SingleProducts8::widen, SingleProducts8::floats
  };
  private static final Stage[] SHIFTED = {
    work -> work.sums(BLOCK), SingleProducts8::widen, SingleProducts8::shiftedFloats
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

  /** (GROUPS, ROWS). */
  private final float[] products = new float[GROUPS * ROWS];

  private int group;

  /** Groups from that one on; after the last it stands again. */
  private int count;

  private int token;
  private int lane;
  private boolean widened;

  private SingleProducts8() {
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
  public void multiply(int from, int to, int tokens, float[] out, int first) {
    for (group = from; group < to; group += count) {
      count = Math.min(GROUPS, to - group);
      widened = false;
      int row = group * ROWS;
      int rows = Math.min(count * ROWS, w.rows() - row);
      for (token = 0; token < tokens; token++) {
        for (lane = 0; lane < ROWS; lane += LANES) {
          run(stages);
        }
        System.arraycopy(products, 0, out, (first + token) * w.rows() + row, rows);
      }
    }
  }

  private void run(Stage[] stages) {
    for (Stage stage : stages) {
      stage.run(this);
    }
  }

  private int groupAt(int i) {
    return (group + Math.min(i, count - 1)) * w.cols() * ROWS + lane;
  }

  private void sums(int length) {
    int at0 = groupAt(0);
    int at1 = groupAt(1);
    int at2 = groupAt(2);
    int at3 = groupAt(3);
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
      FloatVector v = IntVector.broadcast(Lanes.INTS, x[xAt + k]).reinterpretAsFloats();
      s0 = floats(w, at0 + k * ROWS).fma(v, s0);
      s1 = floats(w, at1 + k * ROWS).fma(v, s1);
      s2 = floats(w, at2 + k * ROWS).fma(v, s2);
      s3 = floats(w, at3 + k * ROWS).fma(v, s3);
    }
    s0.intoArray(sums, to);
    s1.intoArray(sums, to + LANES);
    s2.intoArray(sums, to + 2 * LANES);
    s3.intoArray(sums, to + 3 * LANES);
  }

  private void widen() {
    if (!widened) {
      for (int i = 0; i < count; i += PAIR) {
        weights[i / PAIR].beginAt(group + i);
      }
      widened = true;
    }
  }

  private void floats() {
    int halvings = runs == blocks ? 0 : 1;
    for (int i = 0; i < count; i++) {
      float[] scales = weights[i / PAIR].scales();
      FloatVector sum = FloatVector.zero(Lanes.FLOATS);
      for (int run = 0; run < runs; run++) {
        FloatVector scale = broadcast(x.scales[token * blocks + (run >> halvings)]);
        int row = run * TileGroup.ROWS + i % PAIR * ROWS + lane;
        sum = load(scales, row).mul(scale).fma(load(sums, (run * GROUPS + i) * LANES), sum);
      }
      sum.intoArray(products, i * ROWS + lane);
    }
  }

  /** For formats with minima, which have one scale in a block. */
  private void shiftedFloats() {
    for (int i = 0; i < count; i++) {
      float[] scales = weights[i / PAIR].scales();
      float[] minima = weights[i / PAIR].minima();
      FloatVector sum = FloatVector.zero(Lanes.FLOATS);
      for (int block = 0; block < blocks; block++) {
        int at = token * blocks + block;
        int row = block * TileGroup.ROWS + i % PAIR * ROWS + lane;
        FloatVector scale = broadcast(x.scales[at]);
        sum = load(scales, row).mul(scale).fma(load(sums, (block * GROUPS + i) * LANES), sum);
        sum = load(minima, row).fma(broadcast(x.sums[at]), sum);
      }
      sum.intoArray(products, i * ROWS + lane);
    }
  }

  private static FloatVector floats(byte[] from, int at) {
    return (FloatVector)
        ByteVector.fromArray(Lanes.BYTES, from, at)
            .convertShape(VectorOperators.B2F, Lanes.FLOATS, 0);
  }

  private static FloatVector load(float[] from, int at) {
    return FloatVector.fromArray(Lanes.FLOATS, from, at);
  }

  private static FloatVector broadcast(float value) {
    return FloatVector.broadcast(Lanes.FLOATS, value);
  }
}
