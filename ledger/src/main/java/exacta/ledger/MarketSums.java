package exacta.ledger;

import exacta.ledger.state.SettlementState;
import exacta.protocol.v1.DisputeKind;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.LaneRecord;
import exacta.protocol.v1.SessionRecord;

/** Adds up the money in records of the market, for {@link SupplyAudit}. */
final class MarketSums {
  private final LedgerState state;

  MarketSums(LedgerState state) {
    this.state = state;
  }

  /** What sessions hold: caps less what was settled. */
  long sessions() {
    long sum = 0;
    for (SessionRecord session : state.market.sessions.values()) {
      for (LaneRecord lane : session.getLanesList()) {
        sum = Math.addExact(sum, lane.getCap() - lane.getSettledSum());
      }
    }
    return sum;
  }

  /** What was settled and is not paid. */
  long held() {
    long sum = 0;
    for (SettlementState settlement : state.market.settlements.values()) {
      sum = Math.addExact(sum, settlement.getPaid() ? 0 : settlement.getTotal());
    }
    return sum;
  }

  /** Deposits of challenges, and fees of calls, without verdict. */
  long disputes() {
    long sum = 0;
    for (DisputeRecord dispute : state.disputes.values()) {
      boolean isReceipt = dispute.getKind() != DisputeKind.DISPUTE_KIND_SPRINT;
      if (isReceipt && ReceiptDisputes.isOpen(dispute)) {
        sum = Math.addExact(sum, dispute.getDeposit());
      }
    }
    return sum;
  }
}
