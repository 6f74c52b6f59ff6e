package exacta.ledger;

import exacta.primitives.Check;

/** How many samples a host's reputation asks for. Spec: market.md#samples. */
final class SampleCount {
  private SampleCount() {}

  /**
   * Falls linearly from {@code most} without reputation to {@code least} with all of it; rounded
   * up.
   */
  static int of(int least, int most, int reputation, int reputationMost) {
    Check.that(0 <= least && least <= most, "the least samples are at most the most");
    Check.that(reputationMost > 0, "there is some reputation to gain");
    Check.that(0 <= reputation && reputation <= reputationMost, "reputation is within its bounds");
    long missing = (long) reputationMost - reputation;
    long more = (long) most - least;
    long share = (more * missing + reputationMost - 1) / reputationMost;
    return least + (int) share;
  }
}
