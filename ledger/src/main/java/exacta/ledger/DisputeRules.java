package exacta.ledger;

import exacta.protocol.v1.MsgReceiptCall;
import exacta.protocol.v1.MsgReceiptChallenge;
import exacta.protocol.v1.MsgVerdict;

/** Calls and challenges about receipts, and the jury's votes. Spec: market.md#dispute. */
final class DisputeRules {
  private final LedgerState state;

  DisputeRules(LedgerState state) {
    this.state = state;
  }

  Verdict call(MsgReceiptCall call) {
    return Verdict.refused(
        Refusal.WRONG_TIME, "not open on this chain yet at height " + state.height());
  }

  Verdict challenge(MsgReceiptChallenge challenge) {
    return Verdict.refused(
        Refusal.WRONG_TIME, "not open on this chain yet at height " + state.height());
  }

  Verdict vote(MsgVerdict verdict) {
    return Verdict.refused(
        Refusal.WRONG_TIME, "not open on this chain yet at height " + state.height());
  }
}
