package exacta.ledger;

import exacta.ledger.state.AccountState;
import exacta.ledger.state.HostState;
import exacta.ledger.state.WithheldState;
import exacta.protocol.v1.DisputeKind;
import exacta.protocol.v1.DisputeOutcome;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.SprintCallRecord;
import exacta.protocol.v1.Supply;
import java.util.ArrayList;
import java.util.List;

/**
 * Adds up every record that holds money, and compares with the supply. Reads the whole state. Spec:
 * ledger.md#money.
 */
final class SupplyAudit {
  private final LedgerState state;
  private final List<String> faults = new ArrayList<>();

  SupplyAudit(LedgerState state) {
    this.state = state;
  }

  List<String> faults() {
    Supply supply = state.supply.get();
    compare(
        "purses",
        Math.subtractExact(supply.getMinted(), supply.getBurned()),
        supply.getBalances()
            + supply.getHostDeposits()
            + supply.getCollateral()
            + supply.getSessions()
            + supply.getHeld()
            + supply.getDisputes()
            + supply.getCommunityFund()
            + supply.getTrainingFund());
    compare(
        "balances",
        supply.getBalances(),
        state.accounts.values().stream().mapToLong(AccountState::getBalance).sum());
    List<HostState> hosts = state.hosts.values();
    compare(
        "host deposits",
        supply.getHostDeposits(),
        hosts.stream().mapToLong(HostState::getDeposit).sum());
    compare(
        "collateral",
        supply.getCollateral(),
        hosts.stream().mapToLong(HostState::getCollateral).sum());
    compare("sessions", supply.getSessions(), new MarketSums(state).sessions());
    long withheld = state.withheld.values().stream().mapToLong(WithheldState::getAmount).sum();
    compare("held", supply.getHeld(), withheld + new MarketSums(state).held());
    compare(
        "disputes",
        supply.getDisputes(),
        sprintDisputes()
            + openCalls().stream().mapToLong(SprintCallRecord::getFee).sum()
            + new MarketSums(state).disputes());
    return faults;
  }

  private long sprintDisputes() {
    return state.disputes.values().stream()
        .filter(dispute -> dispute.getKind() == DisputeKind.DISPUTE_KIND_SPRINT)
        .filter(dispute -> dispute.getOutcome() == DisputeOutcome.DISPUTE_OUTCOME_UNSPECIFIED)
        .mapToLong(DisputeRecord::getDeposit)
        .sum();
  }

  /** Calls whose fee is not the host's yet, and whose answer window is not over. */
  List<SprintCallRecord> openCalls() {
    long newest = state.counters.get().getSprints();
    if (newest == 0) {
      return List.of();
    }
    long announced = state.sprints.require(newest).getAnnouncedHeight();
    if (state.height() > state.timetable().sprint(announced).answerEnd()) {
      return List.of();
    }
    return state.sprintCalls.values(Keys.of(newest).toBytes()).stream()
        .filter(call -> !call.getAnswered())
        .toList();
  }

  private void compare(String what, long expected, long found) {
    if (expected != found) {
      faults.add(
          "%s: the supply says %d, the records add up to %d".formatted(what, expected, found));
    }
  }
}
