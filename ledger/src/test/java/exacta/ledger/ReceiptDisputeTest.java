package exacta.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import exacta.ledger.state.TallyState;
import exacta.primitives.Amount;
import exacta.primitives.Hasher;
import exacta.protocol.Orders;
import exacta.protocol.Signing;
import exacta.protocol.Wire;
import exacta.protocol.v1.ConvictionRecord;
import exacta.protocol.v1.DisputeOutcome;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.ReceiptDuty;
import exacta.protocol.v1.ReceiptSample;
import exacta.protocol.v1.Recomputed;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Host0 answers order 1 falsely and order 2 truly; host1 audits, host2 and host3 are the jury. */
class ReceiptDisputeTest {
  private static final Amount DEPOSIT = Amount.ofCoins(100);
  private static final Amount FEE = Amount.ofCoins(1);

  private final MarketPlay play = new MarketPlay(new Scenario());
  private final Scenario scenario = play.scenario;
  private MarketLane lane;

  @BeforeEach
  void settle() {
    ByteString session = play.open("alice", "k", 1, Map.of("host0", 20_000L));
    lane = play.lane(session, "host0");
    lane.serveFalsely(4990);
    lane.serve(4990);
    play.advanceTo(1, 1);
    scenario.sendWell("host0", MarketPlay.settle(lane.settle()));
    play.advanceTo(1, 14);
  }

  private ReceiptDuty duty(String auditor) {
    return play.settlement(0, "host0").getDutiesList().stream()
        .filter(duty -> duty.getAuditor().equals(play.text(auditor)))
        .findFirst()
        .orElseThrow();
  }

  /** A coin of the auditor that this order earned. */
  private ReceiptSample sample(String auditor, long number) {
    return duty(auditor).getSamplesList().stream()
        .filter(sample -> lane.numberOfCoin(1, sample.getCoin()) == number)
        .findFirst()
        .orElseThrow();
  }

  private DisputeRecord challenge(String challenger, long number) {
    scenario.sendWell(challenger, play.challenge(challenger, 0, lane.challenge(1, number)));
    return play.disputes().getLast();
  }

  private DisputeRecord call(String caller, long number) {
    scenario.sendWell(caller, play.call(caller, 0, "host0", sample(caller, number)));
    return play.disputes().getLast();
  }

  private DisputeRecord decided(DisputeRecord dispute) {
    play.advanceTo(1, 91);
    return play.disputes().stream()
        .filter(found -> found.getDispute() == dispute.getDispute())
        .findFirst()
        .orElseThrow();
  }

  private void votes(DisputeRecord dispute, String juror, Recomputed answer) {
    play.advanceTo(1, 67);
    scenario.sendWell(juror, play.vote(juror, dispute.getDispute(), answer));
  }

  private static Recomputed other() {
    return MarketLane.answer(Hasher.of("other").finish(), 1);
  }

  /** What alice is short of, her session ended and all paid. */
  private long alicePaid() {
    play.advanceTo(2, 13);
    return Scenario.WEALTH.nanoCoins() - scenario.balance("alice").nanoCoins();
  }

  private void assertPaid(String who, Amount before, Amount deposit) {
    assertEquals(before.minus(deposit), scenario.balance(who));
  }

  @Test
  void convictsWhoAnsweredFalsely() {
    Amount before = scenario.balance("host1");
    DisputeRecord dispute = challenge("host1", 1);
    assertPaid("host1", before, DEPOSIT);
    assertEquals(5000, dispute.getCost());
    assertEquals(DEPOSIT.nanoCoins(), dispute.getDeposit());
    play.advanceTo(1, 67);
    List<String> jurors = play.disputes().getFirst().getJurorsList();
    assertEquals(2, jurors.size());
    assertTrue(jurors.containsAll(List.of(play.text("host2"), play.text("host3"))));
    votes(dispute, "host2", MarketPlay.truth(dispute));
    votes(dispute, "host3", MarketPlay.truth(dispute));
    assertEquals(DisputeOutcome.DISPUTE_OUTCOME_HOST_CONVICTED, decided(dispute).getOutcome());
    assertEquals(210, play.disputes().getFirst().getVerdictHeight());
    ConvictionRecord conviction = scenario.convictions().getFirst();
    assertEquals(play.text("host0"), conviction.getHost());
    assertEquals(play.text("host1"), conviction.getBy());
    // The deposit of 100 GNK and a fifth of the collateral.
    assertEquals(Amount.ofCoins(300).nanoCoins(), conviction.getSlashed());
    assertEquals(before.plus(Amount.ofCoins(150)), scenario.balance("host1"));
    assertEquals(false, scenario.host("host0").getRegistered());
    assertEquals(0, alicePaid());
    assertEquals(0, play.payments(0).getFeesCount());
    assertEquals(0, scenario.host("host0").getReceiptReputation());
  }

  @Test
  void takesTheDepositOfWhoAccusedFalsely() {
    Amount host1 = scenario.balance("host1");
    Amount host0 = scenario.balance("host0");
    DisputeRecord dispute = challenge("host1", 2);
    votes(dispute, "host2", MarketPlay.truth(dispute));
    votes(dispute, "host3", MarketPlay.truth(dispute));
    assertEquals(DisputeOutcome.DISPUTE_OUTCOME_CHALLENGER_LOST, decided(dispute).getOutcome());
    assertPaid("host1", host1, DEPOSIT);
    assertEquals(host0.plus(Amount.ofCoins(50)), scenario.balance("host0"));
    assertEquals(Amount.ofCoins(50).nanoCoins(), scenario.network().getSupply().getBurned());
    assertTrue(scenario.convictions().isEmpty());
    assertEquals(10_000, alicePaid());
    assertEquals(7_500, play.fee(0, "host", "host0"));
    assertEquals(1, scenario.host("host0").getReceiptReputation());
  }

  private TallyState tally(String auditor) {
    return new Plans(scenario.state()).tally(0, scenario.address(auditor));
  }

  @Test
  void countsTheDutyOfWhoeverWasNotWrong() {
    // Host3 is silent about a host that turns out to be honest, and host1 is a liar.
    DisputeRecord lie = challenge("host1", 2);
    scenario.sendWell("host2", play.attest("host2", 0, "host0"));
    votes(lie, "host2", MarketPlay.truth(lie));
    votes(lie, "host3", MarketPlay.truth(lie));
    play.advanceTo(2, 1);
    for (String auditor : List.of("host1", "host2", "host3")) {
      assertEquals(1, tally(auditor).getDuties());
      assertEquals(auditor.equals("host2") ? 1 : 0, tally(auditor).getDutiesDone());
    }
  }

  @Test
  void excusesTheAuditorsOfAConvictedHost() {
    DisputeRecord dispute = challenge("host1", 1);
    scenario.sendBadly(
        Refusal.ALREADY_DONE, "host2", play.challenge("host2", 0, lane.challenge(1, 1)));
    votes(dispute, "host2", MarketPlay.truth(dispute));
    votes(dispute, "host3", MarketPlay.truth(dispute));
    play.advanceTo(2, 1);
    for (String auditor : List.of("host1", "host2", "host3")) {
      assertEquals(1, tally(auditor).getDutiesDone());
    }
  }

  @Test
  void leavesAReceiptUnpaidWhereTheJuryIsSilentOrDivided() {
    Amount before = scenario.balance("host1");
    DisputeRecord silent = challenge("host1", 1);
    DisputeRecord divided = challenge("host2", 2);
    votes(divided, "host1", MarketPlay.truth(divided));
    votes(divided, "host3", other());
    votes(silent, "host2", MarketPlay.truth(silent));
    assertEquals(DisputeOutcome.DISPUTE_OUTCOME_UNDECIDED, decided(silent).getOutcome());
    assertEquals(DisputeOutcome.DISPUTE_OUTCOME_UNDECIDED, decided(divided).getOutcome());
    assertEquals(before, scenario.balance("host1"));
    assertTrue(scenario.convictions().isEmpty());
    assertEquals(0, alicePaid());
  }

  @Test
  void paysTheRestOfAnUndecidedReceipt() {
    challenge("host1", 1);
    assertEquals(5_000, alicePaid());
    assertEquals(-5_000, play.fee(0, "developer", "alice"));
    assertEquals(3_750, play.fee(0, "host", "host0"));
  }

  @Test
  void forfeitsTheEarningsOfWhoShowsNothing() {
    Amount before = scenario.balance("host1");
    DisputeRecord dispute = call("host1", 2);
    assertPaid("host1", before, FEE);
    play.advanceTo(1, 67);
    scenario.sendWell("host2", play.voteNotShown("host2", dispute.getDispute()));
    scenario.sendWell("host3", play.voteNotShown("host3", dispute.getDispute()));
    assertEquals(DisputeOutcome.DISPUTE_OUTCOME_NOT_SHOWN, decided(dispute).getOutcome());
    assertEquals(before, scenario.balance("host1"));
    assertTrue(scenario.convictions().isEmpty());
    assertTrue(scenario.host("host0").getRegistered());
    assertEquals(0, alicePaid());
  }

  @Test
  void endsACallWhoseReceiptIsAttested() {
    Amount before = scenario.balance("host0");
    DisputeRecord dispute = call("host1", 2);
    play.advanceTo(1, 65);
    scenario.sendWell("host1", play.attest("host1", 0, "host0"));
    assertEquals(DisputeOutcome.DISPUTE_OUTCOME_WITHDRAWN, decided(dispute).getOutcome());
    assertEquals(before.plus(FEE), scenario.balance("host0"));
    assertEquals(10_000, alicePaid());
  }

  @Test
  void endsACallWhoseReceiptIsChallenged() {
    DisputeRecord call = call("host1", 1);
    challenge("host1", 1);
    assertEquals(DisputeOutcome.DISPUTE_OUTCOME_WITHDRAWN, decided(call).getOutcome());
  }

  @Test
  void judgesWhatAJurorWasShownOfACall() {
    Amount caller = scenario.balance("host1");
    Amount host = scenario.balance("host0");
    DisputeRecord call = call("host1", 2);
    Recomputed truth = answer(2);
    play.advanceTo(1, 67);
    scenario.sendBadly(Refusal.BAD_PROOF, "host2", play.vote("host2", call.getDispute(), truth));
    scenario.sendBadly(
        Refusal.BAD_PROOF, "host2", play.vote("host2", call.getDispute(), truth, lane.shown(1, 1)));
    scenario.sendWell("host2", play.vote("host2", call.getDispute(), truth, lane.shown(1, 2)));
    assertEquals(5_000, play.disputes().getFirst().getCost());
    assertEquals(2, play.disputes().getFirst().getNumber());
    scenario.sendWell("host3", play.vote("host3", call.getDispute(), truth));
    assertEquals(DisputeOutcome.DISPUTE_OUTCOME_CHALLENGER_LOST, decided(call).getOutcome());
    assertPaid("host1", caller, FEE);
    assertEquals(host.plus(FEE), scenario.balance("host0"));
    assertEquals(10_000, alicePaid());
  }

  @Test
  void convictsWhoShowsAFalseReceiptToTheJuryOnly() {
    DisputeRecord call = call("host1", 1);
    play.advanceTo(1, 67);
    for (String juror : List.of("host2", "host3")) {
      scenario.sendWell(juror, play.vote(juror, call.getDispute(), answer(1), lane.shown(1, 1)));
    }
    assertEquals(DisputeOutcome.DISPUTE_OUTCOME_HOST_CONVICTED, decided(call).getOutcome());
    assertEquals(1, scenario.convictions().size());
    assertEquals(0, alicePaid());
  }

  private Recomputed answer(long number) {
    return MarketLane.answer(Signing.hash(Orders.TAG, lane.item(number).order()), 4990);
  }

  @Test
  void leavesTheWorthOfACoinUnpaidWhereNobodyDecidesACall() {
    call("host1", 1);
    int samples =
        play.settlement(0, "host0").getDutiesList().stream()
            .mapToInt(ReceiptDuty::getSamplesCount)
            .sum();
    assertEquals(10_000 - (10_000 + samples - 1) / samples, alicePaid());
  }

  @Test
  void convictsOnceForOneSettlement() {
    DisputeRecord first = challenge("host1", 1);
    DisputeRecord second = call("host2", 1);
    for (String juror : List.of("host2", "host3")) {
      votes(first, juror, MarketPlay.truth(first));
    }
    for (String juror : List.of("host1", "host3")) {
      scenario.sendWell(juror, play.vote(juror, second.getDispute(), answer(1), lane.shown(1, 1)));
    }
    Amount before = scenario.balance("host2");
    assertEquals(DisputeOutcome.DISPUTE_OUTCOME_HOST_CONVICTED, decided(first).getOutcome());
    assertEquals(DisputeOutcome.DISPUTE_OUTCOME_HOST_CONVICTED, decided(second).getOutcome());
    assertEquals(1, scenario.convictions().size());
    assertEquals(before.plus(FEE), scenario.balance("host2"));
  }

  @Test
  void refusesDisputesThatAreNotTheSenders() {
    scenario.sendBadly(
        Refusal.NOT_ON_DUTY, "alice", play.challenge("alice", 0, lane.challenge(1, 1)));
    scenario.sendBadly(
        Refusal.NOT_ON_DUTY, "host0", play.challenge("host0", 0, lane.challenge(1, 1)));
    scenario.sendBadly(
        Refusal.NOT_ON_DUTY, "host2", play.call("host2", 0, "host0", sample("host1", 1)));
    scenario.sendBadly(
        Refusal.WRONG_TIME, "host1", play.call("host1", 1, "host0", sample("host1", 1)));
    call("host1", 1);
    scenario.sendBadly(
        Refusal.ALREADY_DONE, "host1", play.call("host1", 0, "host0", sample("host1", 1)));
    scenario.sendWell("host1", play.attest("host1", 0, "host0"));
    scenario.sendBadly(
        Refusal.ALREADY_DONE, "host1", play.call("host1", 0, "host0", sample("host1", 2)));
    challenge("host1", 1);
    scenario.sendBadly(
        Refusal.ALREADY_DONE, "host2", play.challenge("host2", 0, lane.challenge(1, 1)));
    play.advanceTo(1, 50);
    scenario.sendBadly(
        Refusal.WRONG_TIME, "host3", play.call("host3", 0, "host0", sample("host3", 1)));
    play.advanceTo(1, 66);
    scenario.sendBadly(
        Refusal.WRONG_TIME, "host2", play.challenge("host2", 0, lane.challenge(1, 2)));
  }

  @Test
  void refusesVotesThatDoNotCount() {
    DisputeRecord dispute = challenge("host1", 1);
    Recomputed truth = MarketPlay.truth(dispute);
    long number = dispute.getDispute();
    scenario.sendBadly(Refusal.WRONG_TIME, "host2", play.vote("host2", number, truth));
    play.advanceTo(1, 67);
    scenario.sendBadly(Refusal.NOT_ON_DUTY, "host1", play.vote("host1", number, truth));
    scenario.sendBadly(Refusal.NOT_ON_DUTY, "host0", play.vote("host0", number, truth));
    scenario.sendBadly(Refusal.DISPUTE_UNKNOWN, "host2", play.vote("host2", 99, truth));
    scenario.sendWell("host2", play.vote("host2", number, truth));
    scenario.sendBadly(Refusal.ALREADY_DONE, "host2", play.vote("host2", number, truth));
    play.advanceTo(1, 91);
    scenario.sendBadly(Refusal.ALREADY_DONE, "host3", play.vote("host3", number, truth));
  }

  @Test
  void refusesProofsThatDoNotLeadToTheLog() {
    scenario.sendBadly(
        Refusal.BAD_PROOF, "host1", play.challenge("host1", 0, lane.challenge(1, 1).setNumber(2)));
    scenario.sendBadly(
        Refusal.BAD_PROOF, "host1", play.challenge("host1", 0, lane.challenge(1, 1).clearPath()));
    scenario.sendBadly(
        Refusal.BAD_PROOF,
        "host1",
        play.challenge("host1", 0, lane.challenge(1, 1).setOrder(lane.item(2).order())));
    scenario.sendBadly(
        Refusal.BAD_PROOF,
        "host1",
        play.challenge(
            "host1",
            0,
            lane.challenge(1, 1).setSession(Wire.bytes(Hasher.of("nowhere").finish()))));
    // Signed by somebody else than the session's key.
    scenario.sendBadly(
        Refusal.BAD_PROOF,
        "host1",
        play.challenge(
            "host1",
            0,
            lane.challenge(1, 1)
                .setOrder(play.newLane(lane.session(), "host1", "host0").sign(lane.order(1, 0)))));
  }
}
