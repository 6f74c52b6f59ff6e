package exacta.engine;

import exacta.numerics.Elementary;
import exacta.primitives.Digest32;
import exacta.primitives.Philox;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Chooses tokens from logits. A pure function of (logits, position); it keeps only scratch, for one
 * thread. Spec: generation.md#sampler.
 */
final class Sampler {
  /**
   * Tokens whose logit is that far below the largest never matter: their p is below 2^-24, half of
   * the last place of any prefix sum, since the first p is 1. So they need not be sorted.
   */
  private static final float NEGLIGIBLE = -17;

  private static final float UNIT = 0x1p-24f;

  private final Sampling sampling;
  private final Digest32 key;

  /** Of the candidates, such that ascending order is the rule's: logit descending, id ascending. */
  private long[] order = new long[0];

  private float[] prefixSums = new float[0];

  Sampler(Sampling sampling, Digest32 key) {
    this.sampling = sampling;
    this.key = key;
  }

  /**
   * The token at a position of the sequence, counted from the prompt's first.
   *
   * @param logits finite
   * @return empty if the temperature makes a logit infinite
   */
  OptionalInt choose(float[] logits, int position) {
    int best = mostLikely(logits);
    if (sampling.temperature() == 0) {
      return OptionalInt.of(best);
    }
    float largest = logits[best] / sampling.temperature();
    float smallest = smallest(logits) / sampling.temperature();
    if (!Float.isFinite(largest) || !Float.isFinite(smallest)) {
      return OptionalInt.empty();
    }
    int count = sortCandidates(logits, largest);
    if (sampling.topK() > 0) {
      count = Math.min(count, sampling.topK());
    }
    addUp(logits, count);
    int kept = count;
    if (sampling.topP() < 1) {
      kept = firstThat(count, sampling.topP() * prefixSums[count - 1], true) + 1;
    }
    if (sampling.minP() > 0) {
      kept = Math.min(kept, likely(logits, kept));
    }
    float u = (Philox.word(key, position) >>> 8) * UNIT * prefixSums[kept - 1];
    return OptionalInt.of(token(firstThat(kept, u, false)));
  }

  /** The lowest id among equals. */
  static int mostLikely(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }

  private static float smallest(float[] logits) {
    float smallest = logits[0];
    for (float logit : logits) {
      smallest = Math.min(smallest, logit);
    }
    return smallest;
  }

  private int sortCandidates(float[] logits, float largest) {
    if (order.length < logits.length) {
      order = new long[logits.length];
      prefixSums = new float[logits.length];
    }
    int count = 0;
    for (int i = 0; i < logits.length; i++) {
      float l = logits[i] / sampling.temperature();
      if (l - largest >= NEGLIGIBLE) {
        order[count++] = (long) ~ascending(l) << 32 | i;
      }
    }
    Arrays.sort(order, 0, count);
    return count;
  }

  /** An integer that orders as the float does; both zeros are equal. */
  private static int ascending(float value) {
    int bits = Float.floatToRawIntBits(value + 0f); // -0 becomes +0
    return bits ^ bits >> 31 & 0x7fffffff;
  }

  private int token(int index) {
    return (int) order[index];
  }

  private void addUp(float[] logits, int count) {
    float sum = 0;
    for (int i = 0; i < count; i++) {
      sum += weight(logits, i);
      prefixSums[i] = sum;
    }
  }

  /** How likely a candidate is, measured by the first. */
  private float weight(float[] logits, int index) {
    float first = logits[token(0)] / sampling.temperature();
    return Elementary.exp(logits[token(index)] / sampling.temperature() - first);
  }

  /** How many of the candidates come before the first that is too unlikely. */
  private int likely(float[] logits, int count) {
    int kept = 1; // the weight of the first is 1
    while (kept < count && weight(logits, kept) >= sampling.minP()) {
      kept++;
    }
    return kept;
  }

  /** The first of the candidates whose prefix sum exceeds the bound, or also reaches it. */
  private int firstThat(int count, float bound, boolean reaches) {
    for (int i = 0; i < count - 1; i++) {
      if (prefixSums[i] > bound || reaches && prefixSums[i] == bound) {
        return i;
      }
    }
    return count - 1;
  }
}
