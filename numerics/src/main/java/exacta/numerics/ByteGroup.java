package exacta.numerics;

import jdk.incubator.vector.FloatVector;

/**
 * Two groups of rows of a matrix of bytes side by side, widened. Scratch and work of one thread.
 */
final class ByteGroup implements TileGroup {
  private static final int HALF = ByteMatrix.ROWS;
  private static final int BLOCK = ScalarKernels.BLOCK;
  private static final int LANES = Lanes.COUNT;

  private ByteMatrix w;
  private float[] scales = {};
  private float[] minima = {};

  /** What the halves of one group are as floats. */
  private float[] wide = {};

  /** The first of the two groups. */
  private int first;

  /** Turns to a matrix. */
  ByteGroup take(ByteMatrix next) {
    w = next;
    scales = Scratch.atLeast(scales, w.cols() / w.format().scaleElements() * ROWS);
    if (w.format().hasMinima()) {
      minima = Scratch.atLeast(minima, w.blocks() * ROWS);
    }
    wide = Scratch.atLeast(wide, wideCount());
    return this;
  }

  private int wideCount() {
    return w.cols() / w.format().blockElements() * HALF;
  }

  /** Of the matrix; the last pair may lack its second one, whose place is then the first's. */
  private int groupOf(int half) {
    return Math.min(first + half, Math.ceilDiv(w.rows(), HALF) - 1);
  }

  @Override
  public void begin(int group) {
    beginAt(2 * group);
  }

  /** Turns to the matrix's group {@code next} and the one after it. */
  void beginAt(int next) {
    first = next;
    for (int half = 0; half < 2; half++) {
      widen(w.scales(), half, scales);
      if (w.format().hasMinima()) {
        widen(w.minima(), half, minima);
      }
    }
    if (w.format().hasMinima()) {
      centre(w.format().centre(), scales, minima, w.blocks() * ROWS);
    }
  }

  private static void centre(float centre, float[] scales, float[] minima, int count) {
    for (int i = 0; i < count; i++) {
      minima[i] = Math.fma(centre, scales[i], minima[i]);
    }
  }

  private void widen(ByteMatrix.Multiples multiples, int half, float[] to) {
    Lanes.widen(multiples.halves(), groupOf(half) * wideCount(), wideCount(), wide, 0);
    int count = w.cols() / multiples.perFactor();
    int each = multiples.perHalf() / multiples.perFactor();
    int factors = groupOf(half) * count * HALF;
    for (int i = 0; i < count; i++) {
      for (int row = 0; row < HALF; row += LANES) {
        FloatVector value = Lanes.load(wide, i / each * HALF + row);
        if (multiples.hasFactors()) {
          value = value.mul(Lanes.floats(multiples.factors(), factors + i * HALF + row));
        }
        value.intoArray(to, i * ROWS + half * HALF + row);
      }
    }
  }

  @Override
  public float[] scales() {
    return scales;
  }

  @Override
  public float[] minima() {
    return minima;
  }

  @Override
  public void integers(int block, int count, float[] to) {
    for (int half = 0; half < 2; half++) {
      int from = (groupOf(half) * w.cols() + block * BLOCK) * HALF;
      for (int k = 0; k < count * BLOCK; k++) {
        for (int row = 0; row < HALF; row += LANES) {
          Lanes.floats(w.bytes(), from + k * HALF + row)
              .intoArray(to, k * ROWS + half * HALF + row);
        }
      }
    }
  }
}
