package exacta.ledger;

import com.google.protobuf.ByteString;
import exacta.crypto.Address;
import exacta.ledger.MarketTables.DutyKey;
import exacta.ledger.state.SettlementState;
import exacta.primitives.Amount;
import exacta.protocol.v1.DisputeKind;
import exacta.protocol.v1.DisputeOutcome;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.MsgReceiptCall;
import exacta.protocol.v1.MsgReceiptChallenge;
import exacta.protocol.v1.ReceiptDuty;
import exacta.protocol.v1.ReceiptSample;
import java.util.List;
import java.util.Optional;

/** Calls and challenges about receipts. Spec: market.md#call and #challenge. */
final class DisputeRules {
  private final LedgerState state;
  private final ReceiptDisputes disputes;

  DisputeRules(LedgerState state) {
    this.state = state;
    this.disputes = new ReceiptDisputes(state);
  }

  Verdict call(MsgReceiptCall call) {
    if (!AuditRules.isCalledFor(state, call.getEpoch())) {
      return Verdict.refused(Refusal.WRONG_TIME, "receipts of this epoch are not called for now");
    }
    HostKey settlement = new HostKey(call.getEpoch(), Address.ofText(call.getHost()));
    Optional<ReceiptDuty> duty = duty(settlement, call.getCaller());
    ReceiptSample sample =
        ReceiptSample.newBuilder().setSession(call.getSession()).setCoin(call.getCoin()).build();
    if (duty.isEmpty() || !duty.get().getSamplesList().contains(sample)) {
      return Verdict.refused(Refusal.NOT_ON_DUTY, "this coin was not drawn for the caller");
    }
    if (duty.get().getAttested()) {
      return Verdict.refused(Refusal.ALREADY_DONE, "the caller has attested these receipts");
    }
    if (disputes.all(settlement).stream().anyMatch(before -> isCallOf(before, sample))) {
      return Verdict.refused(Refusal.ALREADY_DONE, "the coin was called for before");
    }
    Amount fee = new Amount(state.parameters().getReceiptCallFee());
    Optional<Verdict> refused = refuse(settlement, call.getCaller(), fee);
    if (refused.isPresent()) {
      return refused.get();
    }
    disputes.open(
        DisputeRecord.newBuilder()
            .setKind(DisputeKind.DISPUTE_KIND_NOT_SHOWN)
            .setHost(call.getHost())
            .setChallenger(call.getCaller())
            .setEpoch(call.getEpoch())
            .setSession(call.getSession())
            .setCoin(call.getCoin()),
        fee);
    return Verdict.accepted();
  }

  Verdict challenge(MsgReceiptChallenge challenge) {
    if (!AuditRules.isAudited(state, challenge.getEpoch())) {
      return Verdict.refused(Refusal.WRONG_TIME, "receipts of this epoch are not audited now");
    }
    HostKey settlement = new HostKey(challenge.getEpoch(), Address.ofText(challenge.getHost()));
    Optional<ReceiptDuty> duty = duty(settlement, challenge.getChallenger());
    if (duty.isEmpty()) {
      return Verdict.refused(Refusal.NOT_ON_DUTY, "the challenger audits no receipts of this host");
    }
    Amount deposit = new Amount(state.parameters().getChallengeDeposit());
    Optional<Verdict> refused = refuse(settlement, challenge.getChallenger(), deposit);
    if (refused.isPresent()) {
      return refused.get();
    }
    Optional<LoggedReceipt> found =
        new Evidence(state)
            .locate(
                settlement,
                challenge.getSession(),
                challenge.getNumber(),
                challenge.getOrder(),
                challenge.getReceipt(),
                challenge.getPathList());
    if (found.isEmpty()) {
      return Verdict.refused(
          Refusal.BAD_PROOF, "the path does not lead from a signed order and receipt to the log");
    }
    List<Long> coins = coins(duty.get(), challenge.getSession());
    if (coins.stream().noneMatch(found.get()::earned)) {
      return Verdict.refused(Refusal.NOT_ON_DUTY, "none of the challenger's coins is this order's");
    }
    if (disputes.all(settlement).stream().anyMatch(before -> isAbout(before, challenge))) {
      return Verdict.refused(Refusal.ALREADY_DONE, "the receipt was challenged before");
    }
    withdrawCalls(settlement, challenge, found.get());
    DisputeRecord.Builder dispute =
        DisputeRecord.newBuilder()
            .setKind(DisputeKind.DISPUTE_KIND_RECEIPT)
            .setHost(challenge.getHost())
            .setChallenger(challenge.getChallenger())
            .setEpoch(challenge.getEpoch())
            .setSession(challenge.getSession())
            .setCoin(coins.stream().filter(found.get()::earned).findFirst().orElseThrow());
    DisputeRecord opened = disputes.open(found.get().describe(dispute), deposit);
    if (new Evidence(state).contradiction(found.get()).isPresent()) {
      disputes.close(opened, DisputeOutcome.DISPUTE_OUTCOME_HOST_CONVICTED);
    }
    return Verdict.accepted();
  }

  private Optional<ReceiptDuty> duty(HostKey settlement, String auditor) {
    return state.market.duties.get(new DutyKey(settlement, Address.ofText(auditor)));
  }

  private Optional<Verdict> refuse(HostKey key, String payer, Amount deposit) {
    SettlementState settlement = state.market.settlements.require(key);
    if (settlement.getLost()) {
      return Optional.of(
          Verdict.refused(Refusal.ALREADY_DONE, "the host has lost these earnings already"));
    }
    if (!state.bank.canPay(Address.ofText(payer), deposit)) {
      return Optional.of(Verdict.refused(Refusal.INSUFFICIENT_FUNDS, "the deposit is " + deposit));
    }
    return Optional.empty();
  }

  private static List<Long> coins(ReceiptDuty duty, ByteString session) {
    return duty.getSamplesList().stream()
        .filter(sample -> sample.getSession().equals(session))
        .map(ReceiptSample::getCoin)
        .toList();
  }

  private static boolean isCallOf(DisputeRecord dispute, ReceiptSample sample) {
    return dispute.getKind() == DisputeKind.DISPUTE_KIND_NOT_SHOWN
        && dispute.getSession().equals(sample.getSession())
        && dispute.getCoin() == sample.getCoin();
  }

  private static boolean isAbout(DisputeRecord dispute, MsgReceiptChallenge challenge) {
    return dispute.getKind() == DisputeKind.DISPUTE_KIND_RECEIPT
        && dispute.getSession().equals(challenge.getSession())
        && dispute.getNumber() == challenge.getNumber();
  }

  /** Who challenges a receipt was shown it. */
  private void withdrawCalls(
      HostKey settlement, MsgReceiptChallenge challenge, LoggedReceipt found) {
    for (DisputeRecord dispute : disputes.open(settlement)) {
      if (dispute.getKind() == DisputeKind.DISPUTE_KIND_NOT_SHOWN
          && dispute.getChallenger().equals(challenge.getChallenger())
          && dispute.getSession().equals(challenge.getSession())
          && found.earned(dispute.getCoin())) {
        disputes.close(dispute, DisputeOutcome.DISPUTE_OUTCOME_WITHDRAWN);
      }
    }
  }
}
