package exacta.numerics;

import exacta.primitives.Check;

/**
 * Cosines and sines of the rotary position embedding: those of position * base^(-2i / headSize), in
 * binary64 by StrictMath, rounded once. Spec: arithmetic.md#rope.
 */
public final class RopeTable {
  /** Which two values of a head are rotated together. */
  public enum Pairing {
    /** 2i and 2i + 1; the llama architecture of GGUF. */
    ADJACENT,
    /** i and i + headSize / 2; NeoX. */
    HALVES
  }

  private final int headSize;
  private final int positions;
  private final Pairing pairing;
  private final float[] cosines;
  private final float[] sines;

  /**
   * @param headSize even
   */
  public RopeTable(double base, int headSize, int positions, Pairing pairing) {
    Check.that(headSize > 0 && headSize % 2 == 0, "rotated heads have an even size");
    this.headSize = headSize;
    this.positions = positions;
    this.pairing = pairing;
    int pairs = headSize / 2;
    cosines = new float[positions * pairs];
    sines = new float[positions * pairs];
    for (int i = 0; i < pairs; i++) {
      double frequency = StrictMath.pow(base, -2.0 * i / headSize);
      for (int position = 0; position < positions; position++) {
        double angle = position * frequency;
        cosines[position * pairs + i] = (float) StrictMath.cos(angle);
        sines[position * pairs + i] = (float) StrictMath.sin(angle);
      }
    }
  }

  public int headSize() {
    return headSize;
  }

  /** Positions 0 to this - 1 are in the table. */
  public int positions() {
    return positions;
  }

  /** Rotates the head that starts at x[at]. */
  void rotate(float[] x, int at, int position) {
    int pairs = headSize / 2;
    int stride = pairing == Pairing.ADJACENT ? 2 : 1;
    int partner = pairing == Pairing.ADJACENT ? 1 : pairs;
    for (int i = 0; i < pairs; i++) {
      float cosine = cosines[position * pairs + i];
      float sine = sines[position * pairs + i];
      int first = at + i * stride;
      float x0 = x[first];
      float x1 = x[first + partner];
      x[first] = Math.fma(x0, cosine, -(x1 * sine));
      x[first + partner] = Math.fma(x0, sine, x1 * cosine);
    }
  }
}
