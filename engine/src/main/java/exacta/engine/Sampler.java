package exacta.engine;

import exacta.numerics.Elementary;
import exacta.numerics.Kernels;
import exacta.numerics.LogitRange;
import exacta.primitives.Digest32;
import exacta.primitives.Philox;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Chooses tokens from logits. A pure function of (logits, position); it keeps only scratch, for one
 * thread. Spec: generation.md#sampler.
 *
 * <p>The rule sorts all tokens and adds their weights up in this order, which would cost more than
 * the model's own work. Nearly always some hundred of the likeliest decide, sometimes some
 * thousand, and the rest only matters by its part in the total. A weight that is added to a sum
 * within one binade adds a whole number of the sum's last place, whatever the sum is, unless it is
 * half way between two: so the rest can be added up in any order, all at once. Where this does not
 * work, all are sorted.
 */
final class Sampler {
  /**
   * How far below the largest logit the likeliest tokens reach: of draws of the default model at
   * temperature 1, four in five need no more than the first, and hardly any needs all.
   */
  private static final float[] REACHES = {-8, -11, -14};

  /**
   * Tokens whose logit is that far below the largest never matter: their weight is below 2^-24,
   * half of the last place of any prefix sum, since the first weight is 1.
   */
  private static final float NEGLIGIBLE = -17;

  private static final float UNIT = 0x1p-24f;

  /** Candidates are put into so many buckets by their distance from the largest logit. */
  private static final int BUCKETS = 4096;

  private final Kernels kernels;
  private final Sampling sampling;
  private final Digest32 key;
  private float[] quotients = new float[0];
  private int[] ids = new int[0];

  /** Of the candidates, such that ascending order is the rule's: logit descending, id ascending. */
  private long[] order = new long[0];

  private int[] buckets = new int[0];

  /** Where each bucket ends in the order. */
  private final int[] ends = new int[BUCKETS];

  private float[] weights = new float[0];
  private float[] prefixSums = new float[0];

  /** One position's logits, divided by the temperature. */
  private record Logits(float[] values, int at, int count, float largest) {
    float of(int token) {
      return values[at + token];
    }
  }

  Sampler(Kernels kernels, Sampling sampling, Digest32 key) {
    this.kernels = kernels;
    this.sampling = sampling;
    this.key = key;
  }

  /**
   * The token at a position of the sequence, counted from the prompt's first.
   *
   * @param logits so many from an index on
   * @param range of these logits, which are finite
   * @return empty if the temperature makes a logit infinite
   */
  OptionalInt choose(float[] logits, int at, int count, LogitRange range, int position) {
    float temperature = sampling.temperature();
    if (temperature == 0) {
      return OptionalInt.of(range.mostLikely());
    }
    float largest = range.largest() / temperature;
    if (!Float.isFinite(largest) || !Float.isFinite(range.smallest() / temperature)) {
      return OptionalInt.empty();
    }
    Logits all = divided(logits, at, count, largest);
    float share = (Philox.word(key, position) >>> 8) * UNIT;
    for (float least : REACHES) {
      OptionalInt token = choose(all, least, share);
      if (token.isPresent()) {
        return token;
      }
    }
    return choose(all, NEGLIGIBLE, share);
  }

  private Logits divided(float[] logits, int at, int count, float largest) {
    if (sampling.temperature() == 1) {
      return new Logits(logits, at, count, largest);
    }
    if (quotients.length < count) {
      quotients = new float[count];
    }
    kernels.divide(logits, at, count, sampling.temperature(), quotients);
    return new Logits(quotients, 0, count, largest);
  }

  /** The token, if those that are not farther from the largest suffice to know it. */
  private OptionalInt choose(Logits logits, float least, float share) {
    int kept = addUp(logits, least);
    boolean complete = least == NEGLIGIBLE; // whether the others weigh nothing
    if (sampling.topK() > 0) {
      if (sampling.topK() > kept && !complete) {
        return OptionalInt.empty();
      }
      kept = Math.min(kept, sampling.topK());
      complete = true;
    }
    float total = prefixSums[kept - 1];
    if (!complete) {
      total = total(logits, least, total);
    }
    if (sampling.topP() < 1) {
      int reaching = firstThat(kept, sampling.topP() * total, true) + 1;
      if (reaching > kept) {
        return OptionalInt.empty();
      }
      kept = reaching;
      total = prefixSums[kept - 1];
      complete = true;
    }
    if (sampling.minP() > 0) {
      int likely = likely(kept);
      if (likely == kept && !complete) {
        return OptionalInt.empty();
      }
      kept = likely;
      total = prefixSums[kept - 1];
    }
    int chosen = firstThat(kept, share * total, false);
    return chosen < kept ? OptionalInt.of((int) order[chosen]) : OptionalInt.empty();
  }

  /** Sorts the likeliest tokens and adds their weights up; returns how many they are. */
  private int addUp(Logits logits, float least) {
    if (ids.length < logits.count()) {
      ids = new int[logits.count()];
    }
    int count =
        kernels.near(logits.values(), logits.at(), logits.count(), logits.largest(), least, ids);
    if (order.length < count) {
      order = new long[count];
      buckets = new int[count];
      weights = new float[count];
      prefixSums = new float[count];
    }
    sort(logits, count, BUCKETS / -least);
    float sum = 0;
    for (int i = 0; i < count; i++) {
      weights[i] = Elementary.exp(logits.of((int) order[i]) - logits.largest());
      sum += weights[i];
      prefixSums[i] = sum;
    }
    return count;
  }

  /**
   * Brings the candidates into their order. A larger logit never comes into a later bucket, since
   * rounding keeps the order, and equal ones share one. Of some thousand few do, so that little is
   * left to sort, where sorting all of them took half of a draw's time.
   */
  private void sort(Logits logits, int count, float bucketsPerUnit) {
    Arrays.fill(ends, 0);
    for (int i = 0; i < count; i++) {
      float distance = logits.largest() - logits.of(ids[i]);
      buckets[i] = Math.min((int) (distance * bucketsPerUnit), BUCKETS - 1);
      ends[buckets[i]]++;
    }
    int before = 0;
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      int size = ends[bucket];
      ends[bucket] = before;
      before += size;
    }
    for (int i = 0; i < count; i++) {
      int place = ends[buckets[i]]++;
      order[place] = (long) ~ascending(logits.of(ids[i])) << 32 | ids[i];
    }
    int from = 0;
    for (int end : ends) {
      if (end - from > 1) {
        Arrays.sort(order, from, end);
      }
      from = end;
    }
  }

  /** An integer that orders as the float does; both zeros are equal. */
  private static int ascending(float value) {
    int bits = Float.floatToRawIntBits(value + 0f); // -0 becomes +0
    return bits ^ bits >> 31 & 0x7fffffff;
  }

  /**
   * The last prefix sum, given that of the likeliest tokens; not a number if it cannot be told
   * without sorting the others: one is half way, or the sum leaves its binade.
   */
  private float total(Logits logits, float least, float sum) {
    float unit = Math.ulp(sum);
    float units =
        kernels.units(logits.values(), logits.at(), logits.count(), logits.largest(), least, unit);
    float total = sum + units * unit;
    return total < unit * 0x1p24f ? total : Float.NaN;
  }

  /** How many of the candidates come before the first that is too unlikely. */
  private int likely(int count) {
    int kept = 1; // the weight of the first is 1
    while (kept < count && weights[kept] >= sampling.minP()) {
      kept++;
    }
    return kept;
  }

  /** The first candidate whose prefix sum exceeds the bound, or also reaches it; count if none. */
  private int firstThat(int count, float bound, boolean reaches) {
    for (int i = 0; i < count; i++) {
      if (prefixSums[i] > bound || reaches && prefixSums[i] == bound) {
        return i;
      }
    }
    return count;
  }
}
