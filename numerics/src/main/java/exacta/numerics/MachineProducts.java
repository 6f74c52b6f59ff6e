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
        set(Job.TO_MINIMA, minima ? (n.minimaAt(0) - n.scalesAt(0)) * (long) Short.BYTES : 0);
      }
      case ByteMatrix b -> {
        kind = Weights.BYTES;
        weights = MemorySegment.ofArray(b.bytes());
        scales = MemorySegment.ofArray(b.scales().halves());
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
   * Writes the products of the tokens with {@link #ROWS} rows of weights.
   *
   * @param out (.., rows of the matrix), from this token on
   */
  void multiply(int group, int tokens, float[] out, int token) {
    int first = group * ROWS;
    switch (w) {
      case NibbleMatrix n -> {
        set(Job.WEIGHTS, (long) n.at(group, 0) * Short.BYTES);
        set(Job.SCALES, (long) n.scalesAt(group) * Short.BYTES);
        multiplyRows(first, NibbleMatrix.ROWS, tokens, out, token);
      }
      case ByteMatrix b -> {
        int end = Math.min(first + ROWS, w.rows());
        for (int row = first; row < end; row += ByteMatrix.ROWS) {
          set(Job.WEIGHTS, (long) row * w.cols());
          set(Job.SCALES, (long) row * b.blocks() * Short.BYTES);
          multiplyRows(row, ByteMatrix.ROWS, tokens, out, token);
        }
      }
      case PlainMatrix _ -> throw new AssertionError("plain weights are not quantized");
    }
  }

  private void multiplyRows(int row, int count, int tokens, float[] out, int token) {
    int rest = w.rows() - row;
    if (count <= rest) {
      multiplyTiles(tokens, out, token * w.rows() + row, w.rows());
      return;
    }
    float[] whole = new float[tokens * count]; // of the last group, which is cut
    multiplyTiles(tokens, whole, 0, count);
    for (int t = 0; t < tokens; t++) {
      System.arraycopy(whole, t * count, out, (token + t) * w.rows() + row, rest);
    }
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
