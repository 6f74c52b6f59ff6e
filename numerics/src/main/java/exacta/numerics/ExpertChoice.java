package exacta.numerics;

import exacta.primitives.Check;
import java.util.Arrays;

/**
 * The experts that a router picks for one position, and what share each has. Spec:
 * arithmetic.md#feed-forward.
 *
 * @param experts by falling logit; the lower number first among equals
 * @param shares of the experts in the same order; not numbers if a logit is not finite
 */
public record ExpertChoice(int[] experts, float[] shares) {

  /**
   * @param logits one of each expert, from {@code logits[at]} on
   * @param used how many experts are picked
   */
  public static ExpertChoice of(float[] logits, int at, int count, int used) {
    Check.that(used > 0 && used <= count, "there are as many experts as are used");
    int[] experts = new int[used];
    boolean[] taken = new boolean[count];
    for (int slot = 0; slot < used; slot++) {
      int best = -1;
      for (int i = 0; i < count; i++) {
        if (!taken[i] && (best < 0 || logits[at + i] > logits[at + best])) {
          best = i;
        }
      }
      taken[best] = true;
      experts[slot] = best;
    }
    return new ExpertChoice(experts, shares(logits, at, count, experts));
  }

  /** Where an expert stands in the choice; negative if it was not picked. */
  public int slotOf(int expert) {
    for (int slot = 0; slot < experts.length; slot++) {
      if (experts[slot] == expert) {
        return slot;
      }
    }
    return -1;
  }

  private static float[] shares(float[] logits, int at, int count, int[] experts) {
    float[] shares = new float[experts.length];
    if (!Elementary.allFinite(logits, at, count)) {
      Arrays.fill(shares, Float.NaN);
      return shares;
    }
    float sum = 0;
    for (int slot = 0; slot < shares.length; slot++) {
      shares[slot] = Elementary.exp(logits[at + experts[slot]] - logits[at + experts[0]]);
      sum += shares[slot];
    }
    for (int slot = 0; slot < shares.length; slot++) {
      shares[slot] /= sum;
    }
    return shares;
  }
}
