package exacta.numerics;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Products of weights in bytes with quantized rows, one group of 16 rows of weights after the
 * other. The sum of the products that have one scale stays below 2^24, so floats compute it exactly
 * in any order. Scratch and work of one thread; cut into stages as {@link VectorProducts4}, and for
 * the same reason.
 */
final class VectorProducts8 implements GroupProducts {
  static final int TILE = VectorProducts4.TILE;
  private static final int ROWS = ByteMatrix.ROWS;
  private static final int BLOCK = ScalarKernels.BLOCK;
  private static final int LANES = Lanes.COUNT;

  @FunctionalInterface
  private interface Stage {
    void run(VectorProducts8 work);
  }

  private static final Stage WIDEN_SCALES = work -> work.widen(work.w.scales(), work.scales);
  private static final Stage WIDEN_MINIMA = work -> work.widen(work.w.minima(), work.minima);
  private static final Stage TILE_SUMS = work -> work.tileSums(BLOCK);
  private static final Stage TILE_HALF_SUMS = work -> work.tileSums(BLOCK / 2);

  /** (tile, ROWS). */
  private final float[] out;

  private final ByteMatrix w;
  private final TiledRows x;
  private final int blocks;

  /** Sums that have one scale each, in a block: 1 or 2. */
  private final int parts;

  /** (blocks, parts, tile, LANES). */
  private final float[] sums;

  /** (blocks, parts, ROWS). */
  private final float[] scales;

  /** (blocks, ROWS), or none; what the format's centre stands for. */
  private final float[] minima;

  private final Stage[] widening;
  private final Stage[] product;
  private int group;
  private int lane;
  private int tile;

  VectorProducts8(ByteMatrix w, TiledRows x) {
    this.w = w;
    this.x = x;
    WeightFormat format = w.format();
    blocks = w.blocks();
    parts = BLOCK / format.scaleElements();
    out = new float[TILE * ROWS];
    sums = new float[blocks * parts * TILE * LANES];
    scales = new float[blocks * parts * ROWS];
    minima = new float[format.hasMinima() ? blocks * ROWS : 0];
    widening =
        format.hasMinima()
            ? new Stage[] {WIDEN_SCALES, WIDEN_MINIMA, VectorProducts8::centre}
            : new Stage[] {WIDEN_SCALES};
    product =
        new Stage[] {
          parts == 1 ? TILE_SUMS : TILE_HALF_SUMS,
          format.hasMinima() ? VectorProducts8::shiftedFloats : VectorProducts8::floats
        };
  }

  @Override
  public void begin(int nextGroup) {
    group = nextGroup;
    runLanes(widening);
  }

  @Override
  public float[] out() {
    return out;
  }

  @Override
  public void multiply(int nextTile) {
    tile = nextTile;
    runLanes(product);
  }

  private void runLanes(Stage[] stages) {
    for (lane = 0; lane < ROWS; lane += LANES) {
      run(stages);
    }
  }

  private void run(Stage[] stages) {
    for (Stage stage : stages) {
      stage.run(this);
    }
  }

  private void widen(ByteMatrix.Multiples multiples, float[] to) {
    int count = w.cols() / multiples.perFactor();
    int each = multiples.perHalf() / multiples.perFactor();
    int first = group * w.cols() / multiples.perHalf() * ROWS + lane;
    for (int i = 0; i < count; i++) {
      IntVector halves = Lanes.zeroExtend(multiples.halves(), first + i / each * ROWS);
      Lanes.widen(halves).intoArray(to, i * ROWS + lane);
    }
    if (multiples.hasFactors()) {
      int factors = group * count * ROWS + lane;
      for (int i = 0; i < count; i++) {
        Lanes.load(to, i * ROWS + lane)
            .mul(Lanes.floats(multiples.factors(), factors + i * ROWS))
            .intoArray(to, i * ROWS + lane);
      }
    }
  }

  /** Replaces minima by the weights at the centre, in one rounding. */
  private void centre() {
    FloatVector centre = Lanes.broadcast(w.format().centre());
    for (int at = lane; at < minima.length; at += ROWS) {
      centre.fma(Lanes.load(scales, at), Lanes.load(minima, at)).intoArray(minima, at);
    }
  }

  private void tileSums(int length) {
    int from = group * w.cols() * ROWS + lane;
    for (int part = 0; part < blocks * parts; part++) {
      int k = part * length;
      int q = (tile * blocks + k / BLOCK) * TILE * BLOCK + k % BLOCK;
      tileSum(w.bytes(), from + k * ROWS, x.floatBits, q, length, sums, part * TILE * LANES);
    }
  }

  private static void tileSum(
      byte[] w, int at, int[] x, int xAt, int length, float[] sums, int to) {
    FloatVector s0 = FloatVector.zero(Lanes.FLOATS);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    FloatVector s4 = s0;
    FloatVector s5 = s0;
    FloatVector s6 = s0;
    FloatVector s7 = s0;
    for (int i = 0; i < length; i++) {
      FloatVector n = Lanes.floats(w, at + i * ROWS);
      int q = xAt + i;
      s0 = n.fma(Lanes.broadcast(x, q), s0);
      s1 = n.fma(Lanes.broadcast(x, q + BLOCK), s1);
      s2 = n.fma(Lanes.broadcast(x, q + 2 * BLOCK), s2);
      s3 = n.fma(Lanes.broadcast(x, q + 3 * BLOCK), s3);
      s4 = n.fma(Lanes.broadcast(x, q + 4 * BLOCK), s4);
      s5 = n.fma(Lanes.broadcast(x, q + 5 * BLOCK), s5);
      s6 = n.fma(Lanes.broadcast(x, q + 6 * BLOCK), s6);
      s7 = n.fma(Lanes.broadcast(x, q + 7 * BLOCK), s7);
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
    for (int t = 0; t < TILE; t++) {
      FloatVector acc = FloatVector.zero(Lanes.FLOATS);
      for (int part = 0; part < blocks * parts; part++) {
        FloatVector scale = Lanes.broadcast(x.scales[(tile * blocks + part / parts) * TILE + t]);
        FloatVector sum = Lanes.load(sums, (part * TILE + t) * LANES);
        acc = Lanes.load(scales, part * ROWS + lane).mul(scale).fma(sum, acc);
      }
      acc.intoArray(out, t * ROWS + lane);
    }
  }

  /** For formats with minima, which have one sum in a block. */
  private void shiftedFloats() {
    for (int t = 0; t < TILE; t++) {
      FloatVector acc = FloatVector.zero(Lanes.FLOATS);
      for (int block = 0; block < blocks; block++) {
        int at = (tile * blocks + block) * TILE + t;
        FloatVector sum = Lanes.load(sums, (block * TILE + t) * LANES);
        acc =
            Lanes.load(scales, block * ROWS + lane)
                .mul(Lanes.broadcast(x.scales[at]))
                .fma(sum, acc);
        acc = Lanes.load(minima, block * ROWS + lane).fma(Lanes.broadcast(x.sums[at]), acc);
      }
      acc.intoArray(out, t * ROWS + lane);
    }
  }
}
