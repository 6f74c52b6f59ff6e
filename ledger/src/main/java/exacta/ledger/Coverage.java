package exacta.ledger;

import java.util.List;

/**
 * Whether what a developer signed covers what a host wants to settle. Any numbers may come in.
 * Spec: market.md#coverage.
 */
final class Coverage {
  private Coverage() {}

  /**
   * @param cap of the lane
   * @param settled all that was settled on it before
   * @param sum that is to be settled now
   * @param acknowledged by the newest order
   * @param openCosts of the open orders' receipts
   */
  static boolean holds(long cap, long settled, long sum, long acknowledged, List<Long> openCosts) {
    if (sum < 0 || acknowledged < 0 || settled > cap || sum > cap - settled) {
      return false;
    }
    long uncovered = Math.max(0, settled + sum - acknowledged);
    for (long cost : openCosts) {
      uncovered -= Math.min(uncovered, Math.max(0, cost));
    }
    return uncovered == 0;
  }
}
