package exacta.ledger;

import exacta.ledger.state.SprintState;
import exacta.protocol.v1.DisputeKind;
import exacta.protocol.v1.DisputeOutcome;
import exacta.protocol.v1.DisputeRecord;

/**
 * Forgets what no rule needs any more, some epochs after the last that did, so that people can
 * still look it up. Spec: ledger.md#retention.
 */
final class Retention {
  private final LedgerState state;

  Retention(LedgerState state) {
    this.state = state;
  }

  /** In the last block of an epoch. */
  void endEpoch(long epoch) {
    if (epoch >= Limits.PAYMENTS_KEPT) {
      state.payments.delete(epoch - Limits.PAYMENTS_KEPT);
    }
    long last = epoch - Limits.EPOCHS_KEPT;
    if (last < 0) {
      return;
    }
    long lastPlan = Math.min(last, epoch - state.parameters().getVoteEpochs());
    state.plans.deleteUpTo(lastPlan);
    state.planEntries.deleteUpTo(lastPlan);
    state.tallies.deleteUpTo(last);
    for (Table.Row<SprintState> row :
        state.sprints.rows(new byte[0], 2 * state.parameters().getSprintsPerEpoch())) {
      if (row.value().getEpoch() > last || isDisputed(row.value().getSprint())) {
        // A queue that is this long keeps what it needs; the next epoch's end looks again.
        break;
      }
      byte[] key = Keys.of(row.value().getSprint()).toBytes();
      state.sprintEntries.deleteAll(key);
      state.sprintCalls.deleteAll(key);
      state.sprints.deleteRow(row);
    }
    for (Table.Row<DisputeRecord> row : state.disputes.rows(new byte[0])) {
      DisputeRecord dispute = row.value();
      if (dispute.getKind() == DisputeKind.DISPUTE_KIND_SPRINT
          && dispute.getOutcome() != DisputeOutcome.DISPUTE_OUTCOME_UNSPECIFIED
          && dispute.getEpoch() <= last) {
        state.disputes.deleteRow(row);
      }
    }
  }

  private boolean isDisputed(long sprint) {
    return state.replays.values().stream().anyMatch(replay -> replay.getSprint() == sprint);
  }
}
