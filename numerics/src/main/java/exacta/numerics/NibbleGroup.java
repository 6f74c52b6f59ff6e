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
  private static final int ROUNDER_BITS = Float.floatToRawIntBits(Lanes.ROUNDER);

  private NibbleMatrix w;
  private float[] scales = {};
  private float[] minima = {};

  /** Of Q4_K: (blocks of 256 columns, 2, ROWS), what the factors multiply. */
  private float[] wholes = {};

  private int group;

  /** Turns to a matrix. */
  NibbleGroup take(NibbleMatrix next) {
    w = next;
    scales = Scratch.atLeast(scales, count());
    if (w.format().hasMinima()) {
      minima = Scratch.atLeast(minima, count());
    }
    if (w.format().hasFactors()) {
      wholes = Scratch.atLeast(wholes, wholeCount());
    }
    return this;
  }

  private int count() {
    return w.blocks() * ROWS;
  }

  private int wholeCount() {
    return w.cols() / w.format().blockElements() * 2 * ROWS;
  }

  @Override
  public void begin(int nextGroup) {
    group = nextGroup;
    if (w.format().hasFactors()) {
      Lanes.widen(w.halves(), w.halvesAt(group, 0), wholeCount(), wholes, 0);
      multiplyFactors();
    } else {
      for (int block = 0; block < w.blocks(); block++) {
        Lanes.widen(w.shorts(), w.scalesAt(group, block), ROWS, scales, block * ROWS);
        if (w.format().hasMinima()) {
          Lanes.widen(w.shorts(), w.minimaAt(group, block), ROWS, minima, block * ROWS);
        }
      }
    }
    if (w.format().hasMinima()) {
      centre(scales, minima, count());
    }
  }

  private static void centre(float[] scales, float[] minima, int count) {
    for (int i = 0; i < count; i++) {
      minima[i] = Math.fma(8, scales[i], minima[i]);
    }
  }

  private void multiplyFactors() {
    for (int block = 0; block < w.blocks(); block++) {
      int whole = block * BLOCK / w.format().blockElements() * 2 * ROWS;
      for (int row = 0; row < ROWS; row += LANES) {
        int at = block * ROWS + row;
        IntVector factors = Lanes.zeroExtend(w.shorts(), w.scalesAt(group, block) + row);
        Lanes.load(wholes, whole + row)
            .mul(Lanes.toFloats(factors.and(0xff)))
            .intoArray(scales, at);
        Lanes.load(wholes, whole + ROWS + row)
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
    for (int i = 0; i < count; i++) {
      int from = w.at(group, block + i);
      for (int j = 0; j < BLOCK / 4; j++) {
        for (int part = 0; part < ROWS; part += 2 * LANES) {
          spread(w.shorts(), from + j * ROWS + part, to, (i * BLOCK + 4 * j) * ROWS + part / 2);
        }
      }
    }
  }

  /** Four columns of as many rows as a vector has shorts. */
  private static void spread(short[] shorts, int at, float[] to, int toAt) {
    IntVector four = ShortVector.fromArray(Lanes.SHORTS, shorts, at).reinterpretAsInts();
    for (int k = 0; k < 4; k++) {
      IntVector even = four.lanewise(VectorOperators.LSHR, 4 * k);
      IntVector odd = four.lanewise(VectorOperators.LSHR, 16 + 4 * k);
      centred(even).intoArray(to, toAt + k * ROWS);
      centred(odd).intoArray(to, toAt + k * ROWS + ROWS / 2);
    }
  }

  /** The lowest nibble less 8, as {@link Lanes#toFloats} makes floats of integers. */
  private static FloatVector centred(IntVector nibbles) {
    return nibbles.and(15).or(ROUNDER_BITS).reinterpretAsFloats().sub(Lanes.ROUNDER + 8);
  }
}
