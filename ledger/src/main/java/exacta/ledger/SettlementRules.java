package exacta.ledger;

import exacta.protocol.v1.MsgSettle;

/** Settling lanes. Spec: market.md#settlement. */
final class SettlementRules {
  private final LedgerState state;

  SettlementRules(LedgerState state) {
    this.state = state;
  }

  Verdict settle(MsgSettle settle) {
    return Verdict.refused(
        Refusal.WRONG_TIME, "not open on this chain yet at height " + state.height());
  }
}
