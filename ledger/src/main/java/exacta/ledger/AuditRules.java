package exacta.ledger;

import exacta.crypto.Address;
import exacta.ledger.MarketTables.DutyKey;
import exacta.ledger.Timetable.ReceiptWindows;
import exacta.protocol.v1.DisputeKind;
import exacta.protocol.v1.DisputeOutcome;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.MsgReceiptAttest;
import exacta.protocol.v1.ReceiptDuty;
import java.util.Optional;

/** Attesting sampled receipts. Spec: market.md#attest. */
final class AuditRules {
  private final LedgerState state;

  AuditRules(LedgerState state) {
    this.state = state;
  }

  Verdict attest(MsgReceiptAttest attest) {
    if (!isOpen(state, attest.getEpoch(), true)) {
      return Verdict.refused(Refusal.WRONG_TIME, "receipts of this epoch are not audited now");
    }
    HostKey settlement = new HostKey(attest.getEpoch(), Address.ofText(attest.getHost()));
    Address auditor = Address.ofText(attest.getAuditor());
    DutyKey key = new DutyKey(settlement, auditor);
    Optional<ReceiptDuty> duty = state.market.duties.get(key);
    if (duty.isEmpty()) {
      return Verdict.refused(Refusal.NOT_ON_DUTY, "no receipts of this host were drawn for it");
    }
    if (duty.get().getAttested()) {
      return Verdict.refused(Refusal.ALREADY_DONE, "it has attested these receipts");
    }
    state.market.duties.put(key, duty.get().toBuilder().setAttested(true).build());
    new Plans(state).addDutiesDone(attest.getEpoch(), auditor, 1);
    withdrawCalls(settlement, attest.getAuditor());
    return Verdict.accepted();
  }

  /** Its receipts were shown after all. */
  private void withdrawCalls(HostKey settlement, String auditor) {
    ReceiptDisputes disputes = new ReceiptDisputes(state);
    for (DisputeRecord dispute : disputes.open(settlement)) {
      if (dispute.getKind() == DisputeKind.DISPUTE_KIND_NOT_SHOWN
          && dispute.getChallenger().equals(auditor)) {
        disputes.close(dispute, DisputeOutcome.DISPUTE_OUTCOME_WITHDRAWN);
      }
    }
  }

  /** Whether receipts of this epoch are audited in this block; else only called for. */
  static boolean isOpen(LedgerState state, long epoch, boolean untilAnswered) {
    if (epoch < 0 || epoch >= state.epoch()) {
      return false;
    }
    ReceiptWindows windows = state.timetable().receipts(epoch);
    long end = untilAnswered ? windows.answerEnd() : windows.auditEnd();
    return state.height() > windows.draw() && state.height() <= end;
  }
}
