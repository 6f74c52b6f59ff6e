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
   * @param logits finite; destroyed unless the temperature is 0
   * @return empty if the temperature makes a logit infinite
   */
  OptionalInt choose(float[] logits, int position) {
    if (sampling.temperature() == 0) {
      return OptionalInt.of(mostLikely(logits));
    }
    for (int i = 0; i < logits.length; i++) {
      logits[i] /= sampling.temperature();
    }
    if (!Elementary.allFinite(logits, 0, logits.length)) {
      return OptionalInt.empty();
    }
    int count = sortCandidates(logits, logits[mostLikely(logits)]);
    if (sampling.topK() > 0) {
      count = Math.min(count, sampling.topK());
    }
    addUp(logits, count);
    if (sampling.topP() < 1) {
      count = firstThat(count, sampling.topP() * prefixSums[count - 1], true) + 1;
    }
    float u = (Philox.word(key, position) >>> 8) * UNIT * prefixSums[count - 1];
    return OptionalInt.of(token(firstThat(count, u, false)));
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

  private int sortCandidates(float[] logits, float largest) {
    if (order.length < logits.length) {
      order = new long[logits.length];
      prefixSums = new float[logits.length];
    }
    int count = 0;
    for (int i = 0; i < logits.length; i++) {
      if (logits[i] - largest >= NEGLIGIBLE) {
        order[count++] = (long) ~ascending(logits[i]) << 32 | i;
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
    float largest = logits[token(0)];
    float sum = 0;
    for (int i = 0; i < count; i++) {
      sum += Elementary.exp(logits[token(i)] - largest);
      prefixSums[i] = sum;
    }
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
