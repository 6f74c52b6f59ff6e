package exacta.numerics;

import exacta.primitives.Check;

/**
 * How fast each pair of a head turns from one position to the next, and how much longer rotated
 * heads get. Spec: arithmetic.md#rope.
 *
 * <p>Immutable; the steps of a scaling are applied one after the other.
 */
public final class RopeFrequencies {
  /** Rotations over the original context from which on yarn leaves a pair as it was. */
  private static final float YARN_FAST = 32;

  /** Rotations over the original context below which yarn interpolates a pair fully. */
  private static final float YARN_SLOW = 1;

  private static final float TWO_PI = 0x1.921fb6p2f;

  private final float base;

  /** One for each pair, in radians per position; none turns faster than 1. */
  private final double[] frequencies;

  private final float magnitude;

  private RopeFrequencies(float base, double[] frequencies, float magnitude) {
    this.base = base;
    this.frequencies = frequencies;
    this.magnitude = magnitude;
  }

  /**
   * Those of a model without scaling.
   *
   * @param base at least 1
   * @param headSize even
   */
  public static RopeFrequencies of(float base, int headSize) {
    Check.that(base >= 1 && base < Float.POSITIVE_INFINITY, "a base of at least 1");
    Check.that(headSize > 0 && headSize % 2 == 0, "rotated heads have an even size");
    double[] frequencies = new double[headSize / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = StrictMath.pow(base, -2.0 * i / headSize);
    }
    return new RopeFrequencies(base, frequencies, 1);
  }

  /** Each pair slowed down by a factor of its own, at least 1: the way of Llama 3.1. */
  public RopeFrequencies slowedBy(float[] factors) {
    Check.that(factors.length == frequencies.length, "one factor for each pair");
    double[] slower = frequencies.clone();
    for (int i = 0; i < slower.length; i++) {
      Check.that(factors[i] >= 1, "no pair turns faster than before");
      slower[i] /= factors[i];
    }
    return new RopeFrequencies(base, slower, magnitude);
  }

  /** All pairs slowed down alike. */
  public RopeFrequencies linear(float factor) {
    float scale = scale(factor);
    double[] slower = frequencies.clone();
    for (int i = 0; i < slower.length; i++) {
      slower[i] *= scale;
    }
    return new RopeFrequencies(base, slower, magnitude);
  }

  /**
   * Pairs that turn often within the original context kept, those that hardly turn slowed down, and
   * a slope between.
   *
   * @param context positions of the original context
   */
  public RopeFrequencies yarn(float factor, int context) {
    Check.that(base > 1, "yarn needs pairs of different speeds");
    float scale = scale(factor);
    float low = Math.max(0, (float) Math.floor(pairOfRotations(YARN_FAST, context)));
    float high = Math.min(headSize() - 1, (float) Math.ceil(pairOfRotations(YARN_SLOW, context)));
    float width = Math.max(0.001f, high - low);
    double[] slower = frequencies.clone();
    for (int i = 0; i < slower.length; i++) {
      float kept = 1 - Math.clamp((i - low) / width, 0f, 1f);
      slower[i] *= (double) scale * (1 - kept) + kept;
    }
    float growth = 1 + 0.1f * Elementary.log(1 / scale);
    return new RopeFrequencies(base, slower, magnitude * growth);
  }

  /** Rotated heads get longer by this factor, besides. */
  public RopeFrequencies longerBy(float factor) {
    return new RopeFrequencies(base, frequencies, magnitude * factor);
  }

  private static float scale(float factor) {
    Check.that(factor >= 1 && factor < Float.POSITIVE_INFINITY, "no pair turns faster than before");
    return 1 / factor;
  }

  /** The pair, between two pairs in general, that turns so often within the context. */
  private float pairOfRotations(float rotations, int context) {
    return headSize() * Elementary.log(context / (rotations * TWO_PI)) / (2 * Elementary.log(base));
  }

  int headSize() {
    return 2 * frequencies.length;
  }

  double frequency(int pair) {
    return frequencies[pair];
  }

  float magnitude() {
    return magnitude;
  }
}
