package exacta.numerics;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of 8-bit weights with quantized rows, one group of 16 rows of weights after the other. A
 * block's sum stays below 2^24, so floats compute it exactly in any order. Scratch and work of one
 * thread; cut into stages as {@link VectorProducts4}, and for the same reason.
 */
final class VectorProducts8 implements GroupProducts {
  static final int TILE = VectorProducts4.TILE;
  private static final int ROWS = PackedMatrix.ROWS_8;
  private static final int BLOCK = ScalarKernels.BLOCK;
  private static final int LANES = Lanes.COUNT;

  /** As many shorts as floats in a vector. */
  private static final VectorSpecies<Short> HALVES =
      VectorSpecies.of(short.class, VectorShape.forBitSize(16 * LANES));

  @FunctionalInterface
  private interface Stage {
    void run(VectorProducts8 work);
  }

  private static final Stage[] WIDEN = {VectorProducts8::widen};
  private static final Stage[] SINGLE = {VectorProducts8::singleSums, VectorProducts8::floats};
  private static final Stage[] TILED = {VectorProducts8::tileSums, VectorProducts8::floats};

  /** (tile, ROWS). */
  private final float[] out;

  private final PackedMatrix w;
  private final TiledRows x;
  private final int blocks;

  /** (blocks, tile, LANES). */
  private final float[] sums;

  /** (blocks, ROWS). */
  private final float[] scales;

  private int group;
  private int part;
  private int tile;

  VectorProducts8(PackedMatrix w, TiledRows x) {
    this.w = w;
    this.x = x;
    blocks = w.blocks();
    out = new float[x.tile * ROWS];
    sums = new float[blocks * x.tile * LANES];
    scales = new float[blocks * ROWS];
  }

  @Override
  public void begin(int nextGroup) {
    group = nextGroup;
    runParts(WIDEN);
  }

  @Override
  public float[] out() {
    return out;
  }

  @Override
  public void multiply(int nextTile) {
    tile = nextTile;
    runParts(x.tile == 1 ? SINGLE : TILED);
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

  private void widen() {
    for (int block = 0; block < blocks; block++) {
      IntVector halves =
          (IntVector)
              ShortVector.fromArray(HALVES, w.shorts(), w.at8(group, block) + part)
                  .convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.INTS, 0);
      Lanes.widen(halves).intoArray(scales, block * ROWS + part);
    }
  }

  private void singleSums() {
    byte[] weights = w.bytes();
    float[] floats = x.floats;
    int from = w.at8(group, 0) * BLOCK + part;
    for (int block = 0; block < blocks; block++) {
      FloatVector even = FloatVector.zero(Lanes.FLOATS);
      FloatVector odd = even;
      int at = from + block * BLOCK * ROWS;
      int q = (tile * blocks + block) * BLOCK;
      for (int k = 0; k < BLOCK; k += 2) {
        even = weights(weights, at + k * ROWS).fma(broadcast(floats[q + k]), even);
        odd = weights(weights, at + (k + 1) * ROWS).fma(broadcast(floats[q + k + 1]), odd);
      }
      even.add(odd).intoArray(sums, block * LANES); // exact, as every partial sum
    }
  }

  private void tileSums() {
    int from = w.at8(group, 0) * BLOCK + part;
    for (int block = 0; block < blocks; block++) {
      int at = from + block * BLOCK * ROWS;
      int q = (tile * blocks + block) * TILE * BLOCK;
      tileSum(w.bytes(), at, x.floats, q, sums, block * TILE * LANES);
    }
  }

  private static void tileSum(byte[] w, int at, float[] x, int xAt, float[] sums, int to) {
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
    s0.intoArray(sums, to);
    s1.intoArray(sums, to + LANES);
    s2.intoArray(sums, to + 2 * LANES);
    s3.intoArray(sums, to + 3 * LANES);
    s4.intoArray(sums, to + 4 * LANES);
    s5.intoArray(sums, to + 5 * LANES);
    s6.intoArray(sums, to + 6 * LANES);
    s7.intoArray(sums, to + 7 * LANES);
  }

  private void floats() {
    for (int t = 0; t < x.tile; t++) {
      FloatVector acc = FloatVector.zero(Lanes.FLOATS);
      for (int block = 0; block < blocks; block++) {
        FloatVector scale = broadcast(x.scales[(tile * blocks + block) * x.tile + t]);
        FloatVector sum = load(sums, (block * x.tile + t) * LANES);
        acc = load(scales, block * ROWS + part).mul(scale).fma(sum, acc);
      }
      acc.intoArray(out, t * ROWS + part);
    }
  }

  private static FloatVector weights(byte[] w, int at) {
    return (FloatVector)
        ByteVector.fromArray(Lanes.BYTES, w, at).convertShape(VectorOperators.B2F, Lanes.FLOATS, 0);
  }

  private static FloatVector load(float[] from, int at) {
    return FloatVector.fromArray(Lanes.FLOATS, from, at);
  }

  private static FloatVector broadcast(float value) {
    return FloatVector.broadcast(Lanes.FLOATS, value);
  }
}
