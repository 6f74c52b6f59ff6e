package exacta.ledger;

import exacta.crypto.Address;
import exacta.ledger.state.HostState;
import exacta.ledger.state.SettlementState;
import exacta.primitives.Amount;
import exacta.primitives.Check;
import exacta.protocol.v1.ChainParameters;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.QueryPaymentsResponse;
import exacta.protocol.v1.ReceiptDuty;
import exacta.protocol.v1.SettledLane;
import java.util.List;

/** Pays what hosts settled for an epoch. Spec: market.md#payment. */
final class FeePayments {
  private final LedgerState state;
  private final ReceiptDisputes disputes;

  FeePayments(LedgerState state) {
    this.state = state;
    this.disputes = new ReceiptDisputes(state);
  }

  /** Pays every settlement of the epoch; all disputes about it have their verdicts. */
  void pay(long epoch) {
    PaymentLines lines = new PaymentLines();
    for (Table.Row<SettlementState> row : state.market.settlements.rows(Keys.of(epoch).toBytes())) {
      HostKey key = HostKey.ofBytes(row.key());
      Check.that(!row.value().getPaid(), "a settlement is paid once");
      Check.that(disputes.open(key).isEmpty(), "the jury decides before the payment");
      pay(key, row.value(), lines);
    }
    QueryPaymentsResponse record =
        state.payments.get(epoch).orElseGet(QueryPaymentsResponse::getDefaultInstance);
    state.payments.put(
        epoch, record.toBuilder().setPaid(true).addAllFees(lines.payments()).build());
  }

  private void pay(HostKey key, SettlementState settlement, PaymentLines lines) {
    Amount fees = Amount.ZERO;
    for (SettledLane lane : state.market.settledLanes.values(key.toBytes())) {
      fees = fees.plus(payLane(settlement, lane, lines));
    }
    List<ReceiptDuty> duties = state.market.duties.values(key.toBytes());
    List<ReceiptDuty> attested = duties.stream().filter(ReceiptDuty::getAttested).toList();
    ChainParameters parameters = state.parameters();
    FeeShares shares =
        FeeShares.of(
            fees,
            parameters.getTrainingShare(),
            parameters.getAuditShare(),
            settlement.getSamples(),
            attested.stream().map(ReceiptDuty::getSamplesCount).toList());
    earn(key.host(), "host", shares.host(), lines);
    for (int i = 0; i < attested.size(); i++) {
      Address auditor = Address.ofText(attested.get(i).getAuditor());
      earn(auditor, "auditor", shares.auditors().get(i), lines);
    }
    state.bank.move(Purse.HELD, Purse.TRAINING_FUND, shares.training());
    lines.add("training", "training", shares.training().nanoCoins());
    boolean isClean = !settlement.getLost() && (!attested.isEmpty() || settlement.getConfirmed());
    if (isClean) {
      raiseReputation(key.host(), parameters.getReputationMax());
    }
    noteExcusedDuties(key, settlement, duties);
    state.market.settlements.put(key, settlement.toBuilder().setPaid(true).build());
  }

  /** Gives back what is not paid; returns what is. */
  private Amount payLane(SettlementState settlement, SettledLane lane, PaymentLines lines) {
    Amount sum = new Amount(lane.getSum());
    Amount unpaid = settlement.getLost() ? sum : ReceiptDisputes.unpaid(settlement, lane);
    state.bank.release(Purse.HELD, Address.ofText(lane.getDeveloper()), unpaid);
    Amount paid = sum.minus(unpaid);
    lines.add(lane.getDeveloper(), "developer", -paid.nanoCoins());
    return paid;
  }

  private void earn(Address host, String role, Amount amount, PaymentLines lines) {
    state.bank.release(Purse.HELD, host, amount);
    lines.add(host.toString(), role, amount.nanoCoins());
    state.addEarned(host, amount);
  }

  private void raiseReputation(Address host, int most) {
    HostState before = state.hosts.require(host);
    state.hosts.put(
        host,
        before.toBuilder()
            .setReceiptReputation(Math.min(most, before.getReceiptReputation() + 1))
            .build());
  }

  /** Auditors who could not attest did their duty too, if the receipts or their dispute say so. */
  private void noteExcusedDuties(
      HostKey key, SettlementState settlement, List<ReceiptDuty> duties) {
    List<DisputeRecord> all = disputes.all(key);
    boolean isExcuse = settlement.getLost() || all.stream().anyMatch(ReceiptDisputes::isUndecided);
    List<String> disputed =
        all.stream()
            .filter(ReceiptDisputes::isWellFounded)
            .map(DisputeRecord::getChallenger)
            .toList();
    for (ReceiptDuty duty : duties) {
      if (!duty.getAttested() && (isExcuse || disputed.contains(duty.getAuditor()))) {
        Address auditor = Address.ofText(duty.getAuditor());
        new Plans(state).addDutiesDone(key.number(), auditor, 1);
      }
    }
  }
}
