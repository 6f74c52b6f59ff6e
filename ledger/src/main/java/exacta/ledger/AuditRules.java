package exacta.ledger;

import exacta.protocol.v1.MsgReceiptAttest;

/** Attesting sampled receipts. Spec: market.md#audit. */
final class AuditRules {
  private final LedgerState state;

  AuditRules(LedgerState state) {
    this.state = state;
  }

  Verdict attest(MsgReceiptAttest attest) {
    return Verdict.refused(
        Refusal.WRONG_TIME, "not open on this chain yet at height " + state.height());
  }
}
