package exacta.ledger;

import exacta.ledger.state.HostState;
import exacta.ledger.state.PlanEntry;
import java.util.OptionalLong;

/**
 * How much of a claim can count: so many times the most that a host proved lately, and for who
 * proved nothing the mean of what the others proved. So a small chance to stay unchecked never buys
 * much. Spec: ledger.md#bound.
 *
 * @param mean of all proven counts of the plan, rounded down; empty while nobody has weight or
 *     nobody has proven anything
 */
record ClaimBound(boolean isOpen, int growth, OptionalLong mean) {

  static ClaimBound of(LedgerState state) {
    long epoch = state.epoch();
    long sum = 0;
    long count = 0;
    for (Table.Row<PlanEntry> row : state.planEntries.rows(Keys.of(epoch).toBytes())) {
      long proven = proven(state.hosts.require(HostKey.ofBytes(row.key()).host()));
      if (proven > 0) {
        sum = Math.addExact(sum, proven);
        count++;
      }
    }
    return new ClaimBound(
        state.plans.require(epoch).getWeight() == 0,
        state.parameters().getGrowth(),
        count == 0 ? OptionalLong.empty() : OptionalLong.of(sum / count));
  }

  /** The most nonces that counted in full in one Sprint of this epoch and the one before. */
  static long proven(HostState host) {
    return Math.max(host.getProvenNow(), host.getProvenBefore());
  }

  long of(HostState host, long claimed) {
    long proven = proven(host);
    if (isOpen) {
      return claimed;
    }
    return proven > 0
        ? Math.min(claimed, Math.multiplyExact(proven, (long) growth))
        : Math.min(claimed, mean.orElse(claimed));
  }
}
