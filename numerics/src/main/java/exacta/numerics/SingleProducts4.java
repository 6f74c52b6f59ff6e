package exacta.numerics;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/** Products of 4-bit weights with single tokens. Sums and stages as {@link VectorProducts4}. */
final class SingleProducts4 extends SingleProducts {
  private static final int ROWS = NibbleMatrix.ROWS;
  private static final int HALF = ROWS / 2;
  private static final int BLOCK = ScalarKernels.BLOCK;

  /** Shorts in a vector: so many rows, half of them in the even lanes. */
  private static final int LANES = Lanes.SHORTS.length();

  @FunctionalInterface
  private interface Stage {
    void run(SingleProducts4 work);
  }

  private static final Stage[] STAGES = {
    SingleProducts4::sums, SingleProducts4::widen, work -> work.floats(false)
  };
  private static final Stage[] SHIFTED = {
    SingleProducts4::sums, SingleProducts4::widen, work -> work.floats(true)
  };

  private static final ThreadLocal<SingleProducts4> OF_THREAD =
      ThreadLocal.withInitial(SingleProducts4::new);

  private NibbleMatrix w;
  private TiledRows x;
  private int blocks;
  private Stage[] stages;
  private final NibbleGroup[] weights = new NibbleGroup[GROUPS];

  /** (blocks, GROUPS, LANES). */
  private short[] sums = {};

  private SingleProducts4() {
    super(ROWS, LANES);
    for (int i = 0; i < GROUPS; i++) {
      weights[i] = new NibbleGroup();
    }
  }

  /** The thread's own, until it asks again. */
  static SingleProducts4 of(NibbleMatrix w, TiledRows x) {
    SingleProducts4 products = OF_THREAD.get();
    products.take(w, x);
    return products;
  }

  private void take(NibbleMatrix next, TiledRows rows) {
    w = next;
    x = rows;
    blocks = w.blocks();
    stages = w.format().hasMinima() ? SHIFTED : STAGES;
    sums = Scratch.atLeast(sums, blocks * GROUPS * LANES);
    for (NibbleGroup each : weights) {
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
    return w.at(groupAt(i), 0) + part;
  }

  private void sums() {
    int pairs = token * blocks * BLOCK;
    int at0 = start(0);
    int at1 = start(1);
    int at2 = start(2);
    int at3 = start(3);
    int step = w.blockShorts();
    for (int block = 0; block < blocks; block++) {
      int from = block * step;
      int to = block * GROUPS * LANES;
      if (count > 2) {
        sumFour(
            w.shorts(),
            at0 + from,
            at1 + from,
            at2 + from,
            at3 + from,
            x.pairs,
            pairs + block * BLOCK,
            sums,
            to);
      } else {
        sumTwo(w.shorts(), at0 + from, at1 + from, x.pairs, pairs + block * BLOCK, sums, to);
      }
    }
  }

  private static void sumFour(
      short[] w,
      int at0,
      int at1,
      int at2,
      int at3,
      int[] pairs,
      int pairAt,
      short[] sums,
      int to) {
    ShortVector s0 = ShortVector.zero(Lanes.SHORTS);
    ShortVector s1 = s0;
    ShortVector s2 = s0;
    ShortVector s3 = s0;
    for (int j = 0; j < BLOCK / 4; j++) {
      IntVector n0 = Nibbles.bits(w, at0 + j * ROWS);
      IntVector n1 = Nibbles.bits(w, at1 + j * ROWS);
      IntVector n2 = Nibbles.bits(w, at2 + j * ROWS);
      IntVector n3 = Nibbles.bits(w, at3 + j * ROWS);
      for (int k = 0; k < 4; k++) {
        ShortVector pair = Nibbles.pair(pairs, pairAt + 4 * j + k);
        s0 = s0.add(Nibbles.lowest(n0).mul(pair));
        s1 = s1.add(Nibbles.lowest(n1).mul(pair));
        s2 = s2.add(Nibbles.lowest(n2).mul(pair));
        s3 = s3.add(Nibbles.lowest(n3).mul(pair));
        n0 = n0.lanewise(VectorOperators.LSHR, 4);
        n1 = n1.lanewise(VectorOperators.LSHR, 4);
        n2 = n2.lanewise(VectorOperators.LSHR, 4);
        n3 = n3.lanewise(VectorOperators.LSHR, 4);
      }
    }
    s0.intoArray(sums, to);
    s1.intoArray(sums, to + LANES);
    s2.intoArray(sums, to + 2 * LANES);
    s3.intoArray(sums, to + 3 * LANES);
  }

  private static void sumTwo(
      short[] w, int at0, int at1, int[] pairs, int pairAt, short[] sums, int to) {
    ShortVector s0 = ShortVector.zero(Lanes.SHORTS);
    ShortVector s1 = s0;
    for (int j = 0; j < BLOCK / 4; j++) {
      IntVector n0 = Nibbles.bits(w, at0 + j * ROWS);
      IntVector n1 = Nibbles.bits(w, at1 + j * ROWS);
      for (int k = 0; k < 4; k++) {
        ShortVector pair = Nibbles.pair(pairs, pairAt + 4 * j + k);
        s0 = s0.add(Nibbles.lowest(n0).mul(pair));
        s1 = s1.add(Nibbles.lowest(n1).mul(pair));
        n0 = n0.lanewise(VectorOperators.LSHR, 4);
        n1 = n1.lanewise(VectorOperators.LSHR, 4);
      }
    }
    s0.intoArray(sums, to);
    s1.intoArray(sums, to + LANES);
  }

  @Override
  void widenScales() {
    for (int i = 0; i < count; i++) {
      weights[i].begin(group + i);
    }
  }

  private void floats(boolean withMinima) {
    int column = part / 2;
    for (int i = 0; i < count; i++) {
      FloatVector low = FloatVector.zero(Lanes.FLOATS);
      FloatVector high = low;
      float[] scales = weights[i].scales();
      float[] minima = weights[i].minima();
      for (int block = 0; block < blocks; block++) {
        int at = token * blocks + block;
        int row = block * ROWS + column;
        IntVector sum = Nibbles.sum(sums, (block * GROUPS + i) * LANES, x.starts, at);
        FloatVector scale = Lanes.broadcast(x.scales[at]);
        low = Lanes.load(scales, row).mul(scale).fma(Nibbles.even(sum), low);
        high = Lanes.load(scales, row + HALF).mul(scale).fma(Nibbles.odd(sum), high);
        if (withMinima) {
          FloatVector total = Lanes.broadcast(x.sums[at]);
          low = Lanes.load(minima, row).fma(total, low);
          high = Lanes.load(minima, row + HALF).fma(total, high);
        }
      }
      low.intoArray(products, i * ROWS + column);
      high.intoArray(products, i * ROWS + column + HALF);
    }
  }
}
