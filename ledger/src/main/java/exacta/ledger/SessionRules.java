package exacta.ledger;

import exacta.protocol.v1.MsgCloseSession;
import exacta.protocol.v1.MsgOpenSession;
import exacta.protocol.v1.MsgTopUpSession;

/** Opening, topping up and closing sessions. Spec: market.md#session. */
final class SessionRules {
  private final LedgerState state;

  SessionRules(LedgerState state) {
    this.state = state;
  }

  Verdict open(MsgOpenSession open, long sequence) {
    return Verdict.refused(
        Refusal.WRONG_TIME, "not open on this chain yet at height " + state.height());
  }

  Verdict topUp(MsgTopUpSession topUp) {
    return Verdict.refused(
        Refusal.WRONG_TIME, "not open on this chain yet at height " + state.height());
  }

  Verdict close(MsgCloseSession close) {
    return Verdict.refused(
        Refusal.WRONG_TIME, "not open on this chain yet at height " + state.height());
  }
}
