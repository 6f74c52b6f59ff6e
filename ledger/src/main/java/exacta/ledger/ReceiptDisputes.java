package exacta.ledger;

import exacta.crypto.Address;
import exacta.ledger.Timetable.ReceiptWindows;
import exacta.ledger.state.SettlementState;
import exacta.ledger.state.UnpaidReceipt;
import exacta.primitives.Amount;
import exacta.primitives.Check;
import exacta.protocol.v1.DisputeKind;
import exacta.protocol.v1.DisputeOutcome;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.SettledLane;
import java.util.List;

/** Opens and closes disputes about receipts, with all that follows. Spec: market.md#verdict. */
final class ReceiptDisputes {
  private final LedgerState state;

  ReceiptDisputes(LedgerState state) {
    this.state = state;
  }

  /** All that were ever opened about a settlement, by number. */
  List<DisputeRecord> all(HostKey settlement) {
    return state.market.settlements.get(settlement).stream()
        .flatMap(found -> found.getDisputesList().stream())
        .map(state.disputes::require)
        .toList();
  }

  /** Those without verdict. */
  List<DisputeRecord> open(HostKey settlement) {
    return all(settlement).stream().filter(ReceiptDisputes::isOpen).toList();
  }

  static boolean isOpen(DisputeRecord dispute) {
    return dispute.getOutcome() == DisputeOutcome.DISPUTE_OUTCOME_UNSPECIFIED;
  }

  /** Whether the challenger did what an auditor must. */
  static boolean isWellFounded(DisputeRecord dispute) {
    return dispute.getOutcome() != DisputeOutcome.DISPUTE_OUTCOME_CHALLENGER_LOST;
  }

  static boolean isUndecided(DisputeRecord dispute) {
    return dispute.getOutcome() == DisputeOutcome.DISPUTE_OUTCOME_UNDECIDED;
  }

  static HostKey settlement(DisputeRecord dispute) {
    return new HostKey(dispute.getEpoch(), Address.ofText(dispute.getHost()));
  }

  /** Takes the deposit, which the challenger was seen to have, and numbers the dispute. */
  DisputeRecord open(DisputeRecord.Builder dispute, Amount deposit) {
    ReceiptWindows windows = state.timetable().receipts(dispute.getEpoch());
    DisputeRecord opened =
        dispute
            .setDispute(state.newDispute())
            .setOpenedHeight(state.height())
            .setDeposit(deposit.nanoCoins())
            .setVoteFrom(windows.juryDraw() + 1)
            .setVoteTo(windows.commitEnd())
            .build();
    state.bank.pay(Address.ofText(opened.getChallenger()), Purse.DISPUTES, deposit);
    state.disputes.put(opened.getDispute(), opened);
    HostKey key = settlement(opened);
    SettlementState settlement = state.market.settlements.require(key);
    state.market.settlements.put(
        key, settlement.toBuilder().addDisputes(opened.getDispute()).build());
    return opened;
  }

  void close(DisputeRecord dispute, DisputeOutcome outcome) {
    Check.that(isOpen(dispute), "a dispute has one verdict");
    state.disputes.put(
        dispute.getDispute(),
        dispute.toBuilder().setOutcome(outcome).setVerdictHeight(state.height()).build());
    moveDeposit(dispute, outcome);
    HostKey key = settlement(dispute);
    SettlementState before = state.market.settlements.require(key);
    SettlementState.Builder after = before.toBuilder();
    switch (outcome) {
      case DISPUTE_OUTCOME_CHALLENGER_LOST -> after.setConfirmed(true);
      case DISPUTE_OUTCOME_HOST_CONVICTED -> after.setLost(true).setConvicted(true);
      case DISPUTE_OUTCOME_NOT_SHOWN -> after.setLost(true);
      case DISPUTE_OUTCOME_UNDECIDED -> addUnpaid(after, dispute);
      case DISPUTE_OUTCOME_WITHDRAWN -> {}
      case DISPUTE_OUTCOME_UNSPECIFIED, UNRECOGNIZED ->
          Check.that(false, "a verdict is one of those that the rules know");
    }
    state.market.settlements.put(key, after.build());
    if (after.getConvicted() && !before.getConvicted()) {
      Address by = Address.ofText(dispute.getChallenger());
      new Convictions(state).convict(key.host(), dispute.getKind(), by, key.number(), 0);
    }
  }

  private void moveDeposit(DisputeRecord dispute, DisputeOutcome outcome) {
    Address host = Address.ofText(dispute.getHost());
    Amount deposit = new Amount(dispute.getDeposit());
    boolean isCall = dispute.getKind() == DisputeKind.DISPUTE_KIND_NOT_SHOWN;
    switch (outcome) {
      case DISPUTE_OUTCOME_CHALLENGER_LOST -> {
        if (isCall) {
          state.bank.release(Purse.DISPUTES, host, deposit);
        } else {
          new Convictions(state).splitLoss(Purse.DISPUTES, deposit, host);
        }
      }
      case DISPUTE_OUTCOME_WITHDRAWN -> state.bank.release(Purse.DISPUTES, host, deposit);
      default ->
          state.bank.release(Purse.DISPUTES, Address.ofText(dispute.getChallenger()), deposit);
    }
  }

  private void addUnpaid(SettlementState.Builder settlement, DisputeRecord dispute) {
    boolean isKnown = !dispute.getOrderHash().isEmpty();
    for (UnpaidReceipt before : settlement.getUnpaidList()) {
      if (isKnown
          && before.getSession().equals(dispute.getSession())
          && before.getNumber() == dispute.getNumber()) {
        return;
      }
    }
    int samples = settlement.getSamples();
    long worthOfCoin = settlement.getTotal() / samples;
    long roundedUp = settlement.getTotal() % samples == 0 ? worthOfCoin : worthOfCoin + 1;
    settlement.addUnpaid(
        UnpaidReceipt.newBuilder()
            .setSession(dispute.getSession())
            .setNumber(isKnown ? dispute.getNumber() : 0)
            .setAmount(isKnown ? dispute.getCost() : roundedUp));
  }

  /** The coins of a lane that undecided disputes keep from being paid; all of it at most. */
  static Amount unpaid(SettlementState settlement, SettledLane lane) {
    long left = lane.getSum();
    for (UnpaidReceipt receipt : settlement.getUnpaidList()) {
      if (receipt.getSession().equals(lane.getSession())) {
        left -= Math.min(left, receipt.getAmount());
      }
    }
    return new Amount(lane.getSum() - left);
  }
}
