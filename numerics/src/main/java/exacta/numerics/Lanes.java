package exacta.numerics;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The machine's vectors, of 4, 8 or 16 floats, and what is computed lane by lane. */
final class Lanes {
  static final VectorSpecies<Float> FLOATS = preferred();
  static final VectorShape SHAPE = FLOATS.vectorShape();
  static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SHAPE);
  static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class, SHAPE);

  /** Floats in a vector; a divisor of 16. */
  static final int COUNT = FLOATS.length();

  /** At least as many bytes as floats in a vector; no vector is shorter than 64 bits. */
  static final VectorSpecies<Byte> BYTES =
      COUNT == 16 ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;

  /** As many shorts as floats in a vector. */
  static final VectorSpecies<Short> HALVES =
      VectorSpecies.of(short.class, VectorShape.forBitSize(16 * COUNT));

  /** Adding and subtracting it rounds a float below 2^22 to an integer, half to even. */
  static final float ROUNDER = 0x1.8p23f;

  private Lanes() {}

  private static VectorSpecies<Float> preferred() {
    VectorSpecies<Float> widest = FloatVector.SPECIES_PREFERRED;
    return widest.length() > 16
        ? FloatVector.SPECIES_512
        : widest.length() < 4 ? FloatVector.SPECIES_128 : widest;
  }

  /**
   * Widens some f16. The JIT compiler makes vectors of this loop, with the processor's own
   * conversion, which unlike products is as fast for subnormals.
   */
  static void widen(short[] from, int at, int count, float[] to, int toAt) {
    for (int i = 0; i < count; i++) {
      to[toAt + i] = Float.float16ToFloat(from[at + i]);
    }
  }

  /** Widens the f16 in the low halves of the lanes; they are finite. */
  static FloatVector widen(IntVector halves) {
    IntVector sign = halves.and(0x8000).lanewise(VectorOperators.LSHL, 16);
    IntVector magnitude = halves.and(0x7fff).lanewise(VectorOperators.LSHL, 13);
    // The exponent's bias differs by 112; the product is exact, for subnormals too.
    return sign.or(magnitude).reinterpretAsFloats().mul(0x1p112f);
  }

  static FloatVector load(float[] from, int at) {
    return FloatVector.fromArray(FLOATS, from, at);
  }

  static FloatVector broadcast(float value) {
    return FloatVector.broadcast(FLOATS, value);
  }

  /** A float in all lanes. As an int it is broadcast straight from memory, not by a detour. */
  static FloatVector broadcast(int[] floatBits, int at) {
    return IntVector.broadcast(INTS, floatBits[at]).reinterpretAsFloats();
  }

  /** As many bytes as floats in a vector. */
  static FloatVector floats(byte[] from, int at) {
    return (FloatVector)
        ByteVector.fromArray(BYTES, from, at).convertShape(VectorOperators.B2F, FLOATS, 0);
  }

  /** As many shorts as floats in a vector, without sign. */
  static IntVector zeroExtend(short[] from, int at) {
    return (IntVector)
        ShortVector.fromArray(HALVES, from, at)
            .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
  }

  /** Integers of magnitude below 2^22 as floats; a conversion that the JIT compiler never boxes. */
  static FloatVector toFloats(IntVector integers) {
    return integers.add(Float.floatToRawIntBits(ROUNDER)).reinterpretAsFloats().sub(ROUNDER);
  }

  /**
   * {@link Elementary#exp} of each lane; they are at most 0, perhaps negative infinity, and
   * numbers. Times 2^64 all are normal numbers: one product rounds them to subnormals.
   */
  static FloatVector expOfNegative(FloatVector x) {
    FloatVector exp = exp(x, 0x1p64f).mul(0x1p-64f);
    return exp.blend(0f, x.compare(VectorOperators.LT, Elementary.EXP_MIN));
  }

  /**
   * 1 + {@link Elementary#exp} of each lane, or of 88 where it is more; no particular value where
   * it is not a number. What exp is below -86 is lost beside the 1.
   */
  static FloatVector onePlusExp(FloatVector x) {
    return exp(x.min(Elementary.EXP_MAX).max(-86), 1).add(1);
  }

  /** exp(x) * times, a power of two with which the result is a normal number. */
  private static FloatVector exp(FloatVector x, float times) {
    FloatVector rounded = x.mul(Elementary.LOG2_E).add(ROUNDER);
    FloatVector minus = rounded.sub(ROUNDER).neg();
    FloatVector r =
        minus.fma(broadcast(Elementary.LN2_LOW), minus.fma(broadcast(Elementary.LN2_HIGH), x));
    FloatVector one = broadcast(times);
    FloatVector p = broadcast(Elementary.EXP_7 * times).fma(r, broadcast(Elementary.EXP_6 * times));
    p = p.fma(r, broadcast(Elementary.EXP_5 * times));
    p = p.fma(r, broadcast(Elementary.EXP_4 * times));
    p = p.fma(r, broadcast(Elementary.EXP_3 * times));
    p = p.fma(r, broadcast(0.5f * times)).fma(r, one).fma(r, one);
    // The integer that was rounded to is in the last places, and the rounder's own bits there are
    // 0.
    IntVector exponent = rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    return p.reinterpretAsInts().add(exponent).reinterpretAsFloats();
  }

  /**
   * Replaces x by exp(x - max) and returns the sum in stripes of 16; count is a multiple of 16. All
   * x are numbers and at most max, perhaps negative infinity.
   */
  static float sumOfExp(float[] x, int at, int count, float max) {
    float[] partials = new float[Stripes.COUNT];
    for (int part = 0; part < Stripes.COUNT; part += COUNT) {
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int i = part; i < count; i += Stripes.COUNT) {
        FloatVector p = expOfNegative(FloatVector.fromArray(FLOATS, x, at + i).sub(max));
        p.intoArray(x, at + i);
        sum = sum.add(p);
      }
      sum.intoArray(partials, part);
    }
    return Stripes.fold(partials);
  }

  /** The sum of a[i] * b[i] in stripes of 16. */
  static float dot(float[] a, int aAt, float[] b, int bAt, int count) {
    float[] partials = new float[Stripes.COUNT];
    int body = count - count % Stripes.COUNT;
    for (int part = 0; part < Stripes.COUNT; part += COUNT) {
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int i = part; i < body; i += Stripes.COUNT) {
        sum =
            FloatVector.fromArray(FLOATS, a, aAt + i)
                .fma(FloatVector.fromArray(FLOATS, b, bAt + i), sum);
      }
      sum.intoArray(partials, part);
    }
    for (int i = body; i < count; i++) {
      partials[i - body] = Math.fma(a[aAt + i], b[bAt + i], partials[i - body]);
    }
    return Stripes.fold(partials);
  }
}
