package exacta.numerics;

/** The order of sums over many values. Spec: arithmetic.md#stripes. */
final class Stripes {
  static final int COUNT = 16;

  private Stripes() {}

  /** Adds up the 16 partial sums; without loops, which would take longer than the sums. */
  static float fold(float[] partials) {
    return eight(partials, 0) + eight(partials, 1);
  }

  private static float eight(float[] partials, int i) {
    return four(partials, i) + four(partials, i + 2);
  }

  private static float four(float[] partials, int i) {
    return two(partials, i) + two(partials, i + 4);
  }

  private static float two(float[] partials, int i) {
    return partials[i] + partials[i + 8];
  }
}
