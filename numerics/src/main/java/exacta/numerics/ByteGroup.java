package exacta.numerics;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Two groups of rows of a matrix of bytes side by side, widened. Scratch and work of one thread.
 */
final class ByteGroup implements TileGroup {
  private static final int HALF = ByteMatrix.ROWS;
  private static final int BLOCK = ScalarKernels.BLOCK;
  private static final int LANES = Lanes.COUNT;

  private final ByteMatrix w;
  private final float[] scales;
  private final float[] minima;

  /** What the halves of one group are as floats. */
  private final float[] wide;

  /** The first of the two groups. */
  private int first;

  ByteGroup(ByteMatrix w) {
    this.w = w;
    scales = new float[w.cols() / w.format().scaleElements() * ROWS];
    minima = new float[w.format().hasMinima() ? w.blocks() * ROWS : 0];
    wide = new float[w.cols() / w.format().blockElements() * HALF];
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
      if (minima.length > 0) {
        widen(w.minima(), half, minima);
      }
    }
    float centre = w.format().centre();
    for (int i = 0; i < minima.length; i++) {
      minima[i] = Math.fma(centre, scales[i], minima[i]);
    }
  }

  private void widen(ByteMatrix.Multiples multiples, int half, float[] to) {
    Lanes.widen(multiples.halves(), groupOf(half) * wide.length, wide.length, wide, 0);
    int count = w.cols() / multiples.perFactor();
    int each = multiples.perHalf() / multiples.perFactor();
    int factors = groupOf(half) * count * HALF;
    for (int i = 0; i < count; i++) {
      for (int row = 0; row < HALF; row += LANES) {
        FloatVector value = load(wide, i / each * HALF + row);
        if (multiples.hasFactors()) {
          value = value.mul(floats(multiples.factors(), factors + i * HALF + row));
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
          floats(w.bytes(), from + k * HALF + row).intoArray(to, k * ROWS + half * HALF + row);
        }
      }
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
}
