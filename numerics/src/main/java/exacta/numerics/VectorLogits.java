package exacta.numerics;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Work on one position's logits, as long as the vocabulary; one thread, no copies. */
final class VectorLogits {
  private VectorLogits() {}

  static LogitRange range(float[] logits, int at, int count) {
    int body = count - count % Lanes.COUNT;
    FloatVector spoilt = FloatVector.zero(Lanes.FLOATS);
    FloatVector low = FloatVector.broadcast(Lanes.FLOATS, Float.POSITIVE_INFINITY);
    FloatVector high = FloatVector.broadcast(Lanes.FLOATS, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < body; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(Lanes.FLOATS, logits, at + i);
      spoilt = spoilt.add(x.sub(x)); // stays 0 as long as all are finite
      low = low.blend(x, x.compare(VectorOperators.LT, low));
      high = high.blend(x, x.compare(VectorOperators.GT, high));
    }
    float[] lanes = new float[3 * Lanes.COUNT];
    spoilt.intoArray(lanes, 0);
    low.intoArray(lanes, Lanes.COUNT);
    high.intoArray(lanes, 2 * Lanes.COUNT);
    if (!allZero(lanes) || !Elementary.allFinite(logits, at + body, count - body)) {
      return LogitRange.NOT_FINITE;
    }
    float smallest = least(lanes, logits, at + body, at + count);
    int mostLikely = firstGreatest(lanes, logits, at, count, body);
    return new LogitRange(true, smallest, mostLikely, logits[at + mostLikely]);
  }

  private static boolean allZero(float[] lanes) {
    for (int i = 0; i < Lanes.COUNT; i++) {
      if (lanes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private static float least(float[] lanes, float[] logits, int from, int to) {
    float least = Float.POSITIVE_INFINITY;
    for (int i = Lanes.COUNT; i < 2 * Lanes.COUNT; i++) {
      least = Math.min(least, lanes[i]);
    }
    for (int i = from; i < to; i++) {
      least = Math.min(least, logits[i]);
    }
    return least;
  }

  private static int firstGreatest(float[] lanes, float[] logits, int at, int count, int body) {
    float greatest = Float.NEGATIVE_INFINITY;
    for (int i = 2 * Lanes.COUNT; i < 3 * Lanes.COUNT; i++) {
      greatest = Math.max(greatest, lanes[i]);
    }
    for (int i = body; i < count; i++) {
      greatest = Math.max(greatest, logits[at + i]);
    }
    for (int i = 0; i < body; i += Lanes.COUNT) {
      VectorMask<Float> equal =
          FloatVector.fromArray(Lanes.FLOATS, logits, at + i).compare(VectorOperators.EQ, greatest);
      if (equal.anyTrue()) {
        return i + equal.firstTrue();
      }
    }
    int i = body;
    while (logits[at + i] != greatest) {
      i++;
    }
    return i;
  }

  /** The sum of exp(logit - largest), in stripes of 16. */
  static float sumOfExp(float[] logits, int at, int count, float largest) {
    float[] partials = new float[Stripes.COUNT];
    int body = count - count % Stripes.COUNT;
    for (int part = 0; part < Stripes.COUNT; part += Lanes.COUNT) {
      FloatVector sum = FloatVector.zero(Lanes.FLOATS);
      for (int i = part; i < body; i += Stripes.COUNT) {
        FloatVector x = FloatVector.fromArray(Lanes.FLOATS, logits, at + i);
        sum = sum.add(Lanes.expOfNegative(x.sub(largest)));
      }
      sum.intoArray(partials, part);
    }
    for (int i = body; i < count; i++) {
      partials[i - body] += Elementary.exp(logits[at + i] - largest);
    }
    return Stripes.fold(partials);
  }

  static void divide(float[] x, int at, int count, float divisor, float[] quotients) {
    int body = count - count % Lanes.COUNT;
    for (int i = 0; i < body; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.FLOATS, x, at + i).div(divisor).intoArray(quotients, i);
    }
    for (int i = body; i < count; i++) {
      quotients[i] = x[at + i] / divisor;
    }
  }

  static int near(float[] logits, int at, int count, float largest, float least, int[] ids) {
    int found = 0;
    int body = count - count % Lanes.COUNT;
    for (int i = 0; i < body; i += Lanes.COUNT) {
      FloatVector distance = FloatVector.fromArray(Lanes.FLOATS, logits, at + i).sub(largest);
      long mask = distance.compare(VectorOperators.GE, least).toLong();
      while (mask != 0) {
        ids[found++] = i + Long.numberOfTrailingZeros(mask);
        mask &= mask - 1;
      }
    }
    for (int i = body; i < count; i++) {
      if (logits[at + i] - largest >= least) {
        ids[found++] = i;
      }
    }
    return found;
  }

  static float units(float[] logits, int at, int count, float largest, float least, float unit) {
    int body = count - count % Lanes.COUNT;
    FloatVector sum = FloatVector.zero(Lanes.FLOATS);
    FloatVector halves = FloatVector.zero(Lanes.FLOATS);
    for (int i = 0; i < body; i += Lanes.COUNT) {
      FloatVector distance = FloatVector.fromArray(Lanes.FLOATS, logits, at + i).sub(largest);
      FloatVector near =
          distance.blend(Float.NEGATIVE_INFINITY, distance.compare(VectorOperators.GE, least));
      FloatVector exact = Lanes.expOfNegative(near).mul(1 / unit);
      FloatVector rounded = exact.add(Lanes.ROUNDER).sub(Lanes.ROUNDER);
      FloatVector rest = exact.sub(rounded).abs();
      halves = halves.blend(Float.NaN, rest.compare(VectorOperators.EQ, 0.5f));
      sum = sum.add(rounded);
    }
    float total = 0;
    float[] lanes = new float[Lanes.COUNT];
    sum.add(halves).intoArray(lanes, 0);
    for (float lane : lanes) {
      total += lane;
    }
    for (int i = body; i < count; i++) {
      total += ScalarKernels.units(logits[at + i] - largest, least, unit);
    }
    return total;
  }
}
