package exacta.numerics;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/** A group of rows of a matrix of 4-bit weights, widened. Scratch and work of one thread. */
final class NibbleGroup implements TileGroup {
  private static final int ROWS = NibbleMatrix.ROWS;
  private static final int BLOCK = ScalarKernels.BLOCK;
  private static final int LANES = Lanes.COUNT;

  private final NibbleMatrix w;
  private final float[] scales;
  private final float[] minima;

  /** Of Q4_K: (blocks of 256 columns, 2, ROWS), what the factors multiply. */
  private final float[] wholes;

  private int group;

  NibbleGroup(NibbleMatrix w) {
    this.w = w;
    scales = new float[w.blocks() * ROWS];
    minima = new float[w.format().hasMinima() ? scales.length : 0];
    wholes =
        new float[w.format().hasFactors() ? w.cols() / w.format().blockElements() * 2 * ROWS : 0];
  }

  @Override
  public void begin(int nextGroup) {
    group = nextGroup;
    if (w.format().hasFactors()) {
      Lanes.widen(w.halves(), w.halvesAt(group, 0), wholes.length, wholes, 0);
      multiplyFactors();
    } else {
      Lanes.widen(w.shorts(), w.scalesAt(group), scales.length, scales, 0);
      Lanes.widen(w.shorts(), w.minimaAt(group), minima.length, minima, 0);
    }
    for (int i = 0; i < minima.length; i++) {
      minima[i] = Math.fma(8, scales[i], minima[i]);
    }
  }

  private void multiplyFactors() {
    for (int block = 0; block < w.blocks(); block++) {
      int whole = block * BLOCK / w.format().blockElements() * 2 * ROWS;
      for (int row = 0; row < ROWS; row += LANES) {
        int at = block * ROWS + row;
        IntVector factors = Lanes.zeroExtend(w.shorts(), w.scalesAt(group) + at);
        load(wholes, whole + row).mul(Lanes.toFloats(factors.and(0xff))).intoArray(scales, at);
        load(wholes, whole + ROWS + row)
            .mul(Lanes.toFloats(factors.lanewise(VectorOperators.LSHR, 8)))
            .intoArray(minima, at);
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
    for (int j = 0; j < count * BLOCK / 4; j++) {
      for (int part = 0; part < ROWS; part += 2 * LANES) {
        int at = w.at(group, block) + j * ROWS + part;
        spread(w.shorts(), at, to, 4 * j * ROWS + part / 2);
      }
    }
  }

  /** Four columns of as many rows as a vector has shorts. */
  private static void spread(short[] shorts, int at, float[] to, int toAt) {
    IntVector four = ShortVector.fromArray(Lanes.SHORTS, shorts, at).reinterpretAsInts();
    for (int k = 0; k < 4; k++) {
      IntVector even = four.lanewise(VectorOperators.LSHR, 4 * k).and(15);
      IntVector odd = four.lanewise(VectorOperators.LSHR, 16 + 4 * k).and(15);
      Lanes.toFloats(even.sub(8)).intoArray(to, toAt + k * ROWS);
      Lanes.toFloats(odd.sub(8)).intoArray(to, toAt + k * ROWS + ROWS / 2);
    }
  }

  private static FloatVector load(float[] from, int at) {
    return FloatVector.fromArray(Lanes.FLOATS, from, at);
  }
}
