package exacta.numerics;

import exacta.primitives.Check;

/** Functions of one number, without libm. Spec: arithmetic.md#elementary. */
public final class Elementary {
  static final float LOG2_E = 0x1.715476p0f;

  /** ln 2 with so few bits that any exponent times it is exact. */
  static final float LN2_HIGH = 0x1.63p-1f;

  /** What is left of ln 2. */
  static final float LN2_LOW = -0x1.bd0106p-13f;

  /** Below this, exp is +0. */
  static final float EXP_MIN = -104f;

  /** Above this, callers must not ask. */
  static final float EXP_MAX = 88f;

  // 1 / k! for k = 7 down to 3. Constants of the compiler, so that it keeps them in registers.
  static final float EXP_7 = 0x1.a01a02p-13f;
  static final float EXP_6 = 0x1.6c16c2p-10f;
  static final float EXP_5 = 0x1.111112p-7f;
  static final float EXP_4 = 0x1.555556p-5f;
  static final float EXP_3 = 0x1.555556p-3f;

  /** Of Cephes' logf, highest degree first: log(1 + z) = z - z^2 / 2 + z^3 * polynomial(z). */
  private static final float[] LOG_TERMS = {
    7.0376836292e-2f,
    -1.1514610310e-1f,
    1.1676998740e-1f,
    -1.2420140846e-1f,
    1.4249322787e-1f,
    -1.6668057665e-1f,
    2.0000714765e-1f,
    -2.4999993993e-1f,
    3.3333331174e-1f
  };

  private static final float SQRT_HALF = 0x1.6a09e6p-1f;

  private Elementary() {}

  /** e^x within 2 ulp for x up to 88; +0 for x below -104; not a number for what is not one. */
  public static float exp(float x) {
    if (x < EXP_MIN) {
      return 0;
    }
    float n = (float) Math.rint(x * LOG2_E);
    float r = Math.fma(-n, LN2_LOW, Math.fma(-n, LN2_HIGH, x));
    float p = Math.fma(Math.fma(EXP_7, r, EXP_6), r, EXP_5);
    p = Math.fma(Math.fma(p, r, EXP_4), r, EXP_3);
    p = Math.fma(Math.fma(Math.fma(p, r, 0.5f), r, 1), r, 1);
    // Two factors: one alone could not reach the subnormals.
    int half = (int) n >> 1;
    return p * powerOfTwo(half) * powerOfTwo((int) n - half);
  }

  /** ln x within 2 ulp; x is positive and finite. */
  public static float log(float x) {
    Check.that(x > 0 && x < Float.POSITIVE_INFINITY, "log of a positive number");
    boolean subnormal = x < Float.MIN_NORMAL;
    int bits = Float.floatToRawIntBits(subnormal ? x * 0x1p24f : x);
    int exponent = (bits >>> 23) - 126 - (subnormal ? 24 : 0);
    float m = Float.intBitsToFloat(bits & 0x007fffff | 0x3f000000); // in [1/2, 1)
    if (m < SQRT_HALF) {
      m += m;
      exponent--;
    }
    float z = m - 1;
    float square = z * z;
    float p = LOG_TERMS[0];
    for (int i = 1; i < LOG_TERMS.length; i++) {
      p = Math.fma(p, z, LOG_TERMS[i]);
    }
    float tail = Math.fma(-0.5f, square, Math.fma(exponent, LN2_LOW, z * square * p));
    return Math.fma(exponent, LN2_HIGH, z + tail);
  }

  /** True if none of {@code values[from .. from + count - 1]} is infinite or not a number. */
  public static boolean allFinite(float[] values, int from, int count) {
    int largest = 0;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, Float.floatToRawIntBits(values[from + i]) & 0x7fffffff);
    }
    return largest < 0x7f800000;
  }

  /** 2^n for n from -126 to 127. */
  private static float powerOfTwo(int n) {
    return Float.intBitsToFloat((n + 127) << 23);
  }
}
