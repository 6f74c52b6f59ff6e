package exacta.numerics;

import exacta.numerics.x86.BlockProducts;
import exacta.numerics.x86.BlockProducts.Job;
import exacta.numerics.x86.BlockProducts.Weights;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Products of any number of tokens with groups of rows of a matrix, by {@link BlockProducts} where
 * this processor has them and the weights are of the formats that they know. Work of one thread.
 */
final class MachineProducts {
  /** Rows of weights that belong together, whatever the format. */
  static final int ROWS = NibbleMatrix.ROWS;

  /** Tokens times groups of a call, which keeps others from a safepoint. */
  private static final int TOGETHER = 64;

  /** A property of the JVM with which Java's vectors do everything. */
  private static final String OFF = "exacta.machine.code.off";

  /** One with which vectors multiply many tokens, too. */
  private static final String NO_MATRIX_UNIT = "exacta.matrix.unit.off";

  private static final Optional<BlockProducts> CODE =
      Lanes.COUNT == Stripes.COUNT && isAllowed()
          ? BlockProducts.onThisMachine(!Boolean.getBoolean(NO_MATRIX_UNIT))
          : Optional.empty();

  private final BlockProducts code = CODE.orElseThrow();
  private final PackedMatrix w;
  private final Weights kind;
  private final MemorySegment weights;
  private final MemorySegment scales;
  private final ByteRows x;
  private final MemorySegment rows;
  private final long[] job = new long[Job.COUNT];

  /** Rows of weights of a group of the matrix. */
  private final int height;

  private final long firstScales;

  MachineProducts(PackedMatrix w, ByteRows x) {
    this.w = w;
    this.x = x;
    rows = MemorySegment.ofArray(x.records());
    switch (w) {
      case NibbleMatrix n -> {
        boolean minima = n.format().hasMinima();
        kind = minima ? Weights.NIBBLES_WITH_MINIMA : Weights.NIBBLES;
        weights = MemorySegment.ofArray(n.shorts());
        scales = weights;
        height = NibbleMatrix.ROWS;
        firstScales = (long) n.scalesAt(0) * Short.BYTES;
        long stride = (long) n.at(1, 0) * Short.BYTES;
        set(Job.WEIGHTS_STRIDE, stride);
        set(Job.SCALES_STRIDE, stride);
        set(Job.TO_MINIMA, minima ? (n.minimaAt(0) - n.scalesAt(0)) * (long) Short.BYTES : 0);
      }
      case ByteMatrix b -> {
        kind = Weights.BYTES;
        weights = MemorySegment.ofArray(b.bytes());
        scales = MemorySegment.ofArray(b.scales().halves());
        height = ByteMatrix.ROWS;
        firstScales = 0;
        set(Job.WEIGHTS_STRIDE, (long) height * b.cols());
        set(Job.SCALES_STRIDE, (long) height * b.blocks() * Short.BYTES);
      }
      case PlainMatrix _ -> throw new AssertionError("plain weights are not quantized");
    }
    set(Job.ROW_STRIDE, x.rowBytes());
    set(Job.BLOCKS, w.cols() / ScalarKernels.BLOCK);
  }

  private static boolean isAllowed() {
    return !Boolean.getBoolean(OFF) && MachineProducts.class.getModule().isNativeAccessEnabled();
  }

  static boolean isHere() {
    return CODE.isPresent();
  }

  /** True if many tokens are multiplied by the processor's matrix unit. */
  static boolean hasMatrixUnit() {
    return CODE.map(BlockProducts::hasMatrixUnit).orElse(false);
  }

  /** True if this processor multiplies with such a matrix by machine code. */
  static boolean takes(PackedMatrix w) {
    return isHere()
        && switch (w.format()) {
          case Q4_0, Q4_1, Q8_0 -> true;
          default -> false;
        };
  }

  private void set(Job field, long value) {
    job[field.ordinal()] = value;
  }

  /**
   * Writes the products of the tokens with groups of {@link #ROWS} rows of weights, {@code from} to
   * {@code to - 1}.
   */
  void multiply(int from, int to, int tokens, Output out) {
    int most = Math.max(1, TOGETHER / tokens);
    for (int group = from; group < to; group += most) {
      int first = group * ROWS;
      int end = Math.min(w.rows(), Math.min(group + most, to) * ROWS);
      multiplyRows(first, end - first, tokens, out);
    }
  }

  private void multiplyRows(int first, int count, int tokens, Output out) {
    int whole = count - count % height;
    if (whole > 0) {
      begin(first, whole / height);
      multiplyTiles(tokens, out.values(), out.index(0, first), w.rows());
    }
    int rest = count - whole;
    if (rest > 0) {
      float[] products = new float[tokens * height]; // of the last group, which is cut
      begin(first + whole, 1);
      multiplyTiles(tokens, products, 0, height);
      for (int t = 0; t < tokens; t++) {
        out.set(t, first + whole, products, t * height, rest);
      }
    }
  }

  /** The next products are those of some groups from a row on, its group's first. */
  private void begin(int row, int groups) {
    int group = row / height;
    set(Job.WEIGHTS, group * job[Job.WEIGHTS_STRIDE.ordinal()]);
    set(Job.SCALES, firstScales + group * job[Job.SCALES_STRIDE.ordinal()]);
    set(Job.GROUPS, groups);
  }

  private void multiplyTiles(int tokens, float[] out, int at, int stride) {
    MemorySegment outSegment = MemorySegment.ofArray(out);
    int tile = Math.min(tokens, code.tile(kind));
    int tiles = tokens / tile;
    set(Job.OUT_STRIDE, (long) stride * Float.BYTES);
    run(tile, tiles, 0, outSegment, at, stride);
    int left = tokens - tiles * tile;
    if (left > 0) {
      run(left, 1, tiles * tile, outSegment, at, stride);
    }
  }

  private void run(int tokens, int tiles, int first, MemorySegment out, int at, int stride) {
    set(Job.TILES, tiles);
    set(Job.ROWS, first * x.rowBytes());
    set(Job.OUT, (at + (long) first * stride) * Float.BYTES);
    code.multiply(kind, tokens, weights, scales, rows, out, job);
  }
}
