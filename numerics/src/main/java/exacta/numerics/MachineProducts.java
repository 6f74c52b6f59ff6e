package exacta.numerics;

import exacta.numerics.x86.BlockProducts;
import exacta.numerics.x86.BlockProducts.Job;
import java.lang.foreign.MemorySegment;

/**
 * Products of any number of tokens with groups of rows of a matrix, by {@link BlockProducts}, for
 * formats that {@link MachineCode#takes}. Work of one thread.
 */
final class MachineProducts {
  /** Rows of weights that belong together, whatever the format. */
  static final int ROWS = NibbleMatrix.ROWS;

  /** Tokens times groups of a call, which keeps others from a safepoint. */
  private static final int TOGETHER = 64;

  private final BlockProducts code = MachineCode.code().products();
  private final MachineMatrix w;
  private final int height;

  /** Rows of weights of the whole matrix. */
  private final int all;

  private final ByteRows x;
  private final MemorySegment rows;
  private final long[] job = new long[Job.COUNT];

  MachineProducts(PackedMatrix matrix, ByteRows x) {
    w = MachineMatrix.of(matrix);
    height = w.height();
    all = matrix.rows();
    this.x = x;
    rows = MemorySegment.ofArray(x.records());
    set(Job.WEIGHTS_STRIDE, w.weightsStride());
    set(Job.SCALES_STRIDE, w.scalesStride());
    set(Job.BLOCKS, w.blocks());
  }

  private void set(Job field, long value) {
    job[field.ordinal()] = value;
  }

  /**
   * Writes the products of all tokens with groups of {@link #ROWS} rows of weights, {@code from} to
   * {@code to - 1}.
   */
  void multiply(int from, int to, Output out) {
    int most = Math.max(1, TOGETHER / x.tokens());
    for (int group = from; group < to; group += most) {
      int first = group * ROWS;
      int end = Math.min(all, Math.min(group + most, to) * ROWS);
      multiplyRows(first, end - first, out);
    }
  }

  private void multiplyRows(int first, int count, Output out) {
    int tokens = x.tokens();
    int whole = count - count % height;
    if (whole > 0) {
      begin(first, whole / height);
      multiplyTiles(out.values(), out.index(0, first), all);
    }
    int rest = count - whole;
    if (rest > 0) {
      float[] products = new float[tokens * height]; // of the last group, which is cut
      begin(first + whole, 1);
      multiplyTiles(products, 0, height);
      for (int t = 0; t < tokens; t++) {
        out.set(t, first + whole, products, t * height, rest);
      }
    }
  }

  /** The next products are those of some groups from a row on, its group's first. */
  private void begin(int row, int groups) {
    int group = row / height;
    set(Job.WEIGHTS, w.weightsAt(group));
    set(Job.SCALES, w.scalesAt(group));
    set(Job.GROUPS, groups);
  }

  private void multiplyTiles(float[] out, int at, int stride) {
    int tokens = x.tokens();
    MemorySegment outSegment = MemorySegment.ofArray(out);
    int tile = Math.min(tokens, x.tile());
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
    set(Job.ROWS, x.at(first));
    set(Job.OUT, (at + (long) first * stride) * Float.BYTES);
    code.multiply(w.kind(), tokens, w.weights(), w.scales(), rows, out, job);
  }
}
