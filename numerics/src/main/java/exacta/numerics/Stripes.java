package exacta.numerics;

/** The order of sums over many values. Spec: arithmetic.md#stripes. */
final class Stripes {
  static final int COUNT = 16;

  private Stripes() {}

  /** Adds up the 16 partial sums, destroying them. */
  static float fold(float[] partials) {
    for (int half = COUNT / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        partials[i] += partials[i + half];
      }
    }
    return partials[0];
  }
}
