package exacta.numerics;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Products of plain weights with rows of activations, in stripes of 16. Eight rows of weights run
 * side by side, since one sum alone would wait for each of its additions; weights of 16 bits are
 * widened once for each eight rows. Scratch and work of one thread.
 */
final class VectorProductsPlain {
  /** Rows of weights in a group. */
  static final int ROWS = 8;

  private static final int LANES = Lanes.COUNT;

  private final PlainMatrix w;
  private final float[] x;
  private final Output out;
  private final int cols;

  /** Columns that fill whole stripes. */
  private final int body;

  /** (ROWS, cols): a group's weights, unless the matrix has them as floats. */
  private final float[] scratch;

  /** (ROWS, 16). */
  private final float[] partials = new float[ROWS * Stripes.COUNT];

  private final float[] fold = new float[Stripes.COUNT];

  /**
   * @param x (tokens, cols)
   */
  VectorProductsPlain(PlainMatrix w, float[] x, Output out) {
    this.w = w;
    this.x = x;
    this.out = out;
    cols = w.cols();
    body = cols - cols % Stripes.COUNT;
    scratch = new float[w.format() == WeightFormat.F32 ? 0 : ROWS * cols];
  }

  /** The products of all tokens with the rows from {@code group * ROWS} on. */
  void multiply(int group, int tokens) {
    int first = group * ROWS;
    int count = Math.min(ROWS, w.rows() - first);
    float[] weights = w.floats();
    int start = first * cols;
    if (w.format() != WeightFormat.F32) {
      weights = scratch;
      start = 0;
      for (int row = 0; row < count; row++) {
        widen((first + row) * cols, row * cols);
      }
    }
    for (int t = 0; t < tokens; t++) {
      for (int part = 0; part < Stripes.COUNT; part += LANES) {
        sums(weights, start, count, t * cols, part);
      }
      for (int row = 0; row < count; row++) {
        tail(weights, start + row * cols, t * cols, row * Stripes.COUNT);
        System.arraycopy(partials, row * Stripes.COUNT, fold, 0, Stripes.COUNT);
        out.values()[out.index(t, first + row)] = Stripes.fold(fold);
      }
    }
  }

  private void widen(int from, int to) {
    short[] bits = w.shorts();
    boolean brain = w.format() == WeightFormat.BF16;
    int end = cols - cols % LANES;
    for (int i = 0; i < end; i += LANES) {
      IntVector halves = Lanes.zeroExtend(bits, from + i);
      FloatVector wide =
          brain
              ? halves.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats()
              : Lanes.widen(halves);
      wide.intoArray(scratch, to + i);
    }
    for (int i = end; i < cols; i++) {
      scratch[to + i] = w.weight(from / cols, i);
    }
  }

  /** Rows past {@code count} repeat the last, so that the loop has one shape. */
  private void sums(float[] w, int at, int count, int xAt, int part) {
    int last = count - 1;
    int r1 = at + Math.min(1, last) * cols;
    int r2 = at + Math.min(2, last) * cols;
    int r3 = at + Math.min(3, last) * cols;
    int r4 = at + Math.min(4, last) * cols;
    int r5 = at + Math.min(5, last) * cols;
    int r6 = at + Math.min(6, last) * cols;
    int r7 = at + last * cols;
    FloatVector s0 = FloatVector.zero(Lanes.FLOATS);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    FloatVector s4 = s0;
    FloatVector s5 = s0;
    FloatVector s6 = s0;
    FloatVector s7 = s0;
    for (int i = part; i < body; i += Stripes.COUNT) {
      FloatVector q = Lanes.load(x, xAt + i);
      s0 = Lanes.load(w, at + i).fma(q, s0);
      s1 = Lanes.load(w, r1 + i).fma(q, s1);
      s2 = Lanes.load(w, r2 + i).fma(q, s2);
      s3 = Lanes.load(w, r3 + i).fma(q, s3);
      s4 = Lanes.load(w, r4 + i).fma(q, s4);
      s5 = Lanes.load(w, r5 + i).fma(q, s5);
      s6 = Lanes.load(w, r6 + i).fma(q, s6);
      s7 = Lanes.load(w, r7 + i).fma(q, s7);
    }
    s0.intoArray(partials, part);
    s1.intoArray(partials, Stripes.COUNT + part);
    s2.intoArray(partials, 2 * Stripes.COUNT + part);
    s3.intoArray(partials, 3 * Stripes.COUNT + part);
    s4.intoArray(partials, 4 * Stripes.COUNT + part);
    s5.intoArray(partials, 5 * Stripes.COUNT + part);
    s6.intoArray(partials, 6 * Stripes.COUNT + part);
    s7.intoArray(partials, 7 * Stripes.COUNT + part);
  }

  private void tail(float[] w, int at, int xAt, int to) {
    for (int i = body; i < cols; i++) {
      int s = to + i - body;
      partials[s] = Math.fma(w[at + i], x[xAt + i], partials[s]);
    }
  }
}
