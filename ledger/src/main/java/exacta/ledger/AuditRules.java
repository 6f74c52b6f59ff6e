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
    if (!isAudited(state, attest.getEpoch())) {
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

  /** Whether receipts of this epoch are attested and challenged in this block. */
  static boolean isAudited(LedgerState state, long epoch) {
    return isSettled(state, epoch)
        && state.height() > windows(state, epoch).draw()
        && state.height() <= windows(state, epoch).answerEnd();
  }

  /** Whether they can be called for too, so that the host has the answer window to show them. */
  static boolean isCalledFor(LedgerState state, long epoch) {
    return isAudited(state, epoch) && state.height() <= windows(state, epoch).auditEnd();
  }

  private static boolean isSettled(LedgerState state, long epoch) {
    return epoch >= 0 && epoch < state.epoch();
  }

  private static ReceiptWindows windows(LedgerState state, long epoch) {
    return state.timetable().receipts(epoch);
  }
}
