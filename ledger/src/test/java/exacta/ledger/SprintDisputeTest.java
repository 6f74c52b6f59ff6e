package exacta.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.Amount;
import exacta.protocol.Message;
import exacta.protocol.v1.MsgSprintAnswer;
import exacta.protocol.v1.OpenedLeaf;
import exacta.protocol.v1.SprintCallRecord;
import exacta.protocol.v1.SprintDuty;
import exacta.protocol.v1.SprintEntry;
import exacta.protocol.v1.SprintPhase;
import exacta.protocol.v1.SprintRecord;
import exacta.protocol.v1.SprintResult;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SprintDisputeTest {
  private static final Amount DEPOSIT = Amount.ofCoins(100);
  private final Scenario scenario = new Scenario();
  private final SprintPlay play = new SprintPlay(scenario, 100);

  private SprintEntry entry(long sprint, String host) {
    return play.entry(scenario.sprint(sprint), host);
  }

  private String auditor(SprintRecord sprint, String host) {
    return scenario.name(play.entry(sprint, host).getDuties(0).getAuditor());
  }

  @Test
  void paysTheHostForAnAnswer() {
    SprintRecord sprint = play.advanceTo(1, SprintPhase.SPRINT_PHASE_AUDIT);
    Amount caller = scenario.balance("alice");
    Amount host = scenario.balance("host0");
    // Item 99 of 100 has a short path: its subtree is the small rest of the tree.
    scenario.sendWell("alice", play.call("alice", sprint, "host0", 7, 99));
    int siblings = play.log(sprint, "host0").path(7).size();
    int fewer = play.log(sprint, "host0").path(99).size();
    Amount fee = Amount.ofNano(1000L * (2 * (8 + 32) + 32 * (siblings + fewer)));
    assertEquals(caller.minus(fee), scenario.balance("alice"));
    play.advanceTo(1, SprintPhase.SPRINT_PHASE_ANSWER);
    scenario.sendBadly(Refusal.WRONG_TIME, "alice", play.call("alice", sprint, "host0", 1));
    scenario.sendBadly(
        Refusal.INVALID_REQUEST, "host0", play.answer(scenario.sprint(1), "host0", 7));
    scenario.sendWell("host0", play.answer(sprint, "host0", 7, 99));
    scenario.sendBadly(Refusal.INVALID_REQUEST, "host0", play.answer(sprint, "host0", 7, 99));
    assertEquals(host.plus(fee), scenario.balance("host0"));
    SprintCallRecord call = entry(1, "host0").getCalls(0);
    assertTrue(call.getAnswered());
    assertEquals(
        List.of(
            play.leaf(sprint, "host0", 7).toByteString(),
            play.leaf(sprint, "host0", 99).toByteString()),
        call.getLeavesList());
    play.advanceTo(1, SprintPhase.SPRINT_PHASE_COUNTED);
    assertEquals(SprintResult.SPRINT_RESULT_FULL, entry(1, "host0").getResult());
  }

  @Test
  void forfeitsTheSprintOfWhoLeavesACallUnanswered() {
    SprintRecord sprint = play.advanceTo(1, SprintPhase.SPRINT_PHASE_AUDIT);
    Amount before = scenario.balance("alice");
    Amount deposit = Amount.ofNano(scenario.host("host0").getDeposit());
    scenario.sendWell("alice", play.call("alice", sprint, "host0", 5));
    OpenedLeaf wrong = play.leaf(sprint, "host0", 5).toBuilder().setItem(4).build();
    scenario.sendBadly(
        Refusal.BAD_PROOF,
        "host0",
        new Message.SprintAnswer(
            MsgSprintAnswer.newBuilder()
                .setHost(scenario.address("host0").toString())
                .setSprint(1)
                .addLeaves(wrong)
                .build()));
    play.advanceTo(sprint.getAnswerEnd());
    assertEquals(before, scenario.balance("alice"));
    assertEquals(SprintResult.SPRINT_RESULT_FORFEIT, entry(1, "host0").getResult());
    scenario.sendBadly(Refusal.WRONG_TIME, "host0", play.answer(sprint, "host0", 5));
    play.advanceTo(120);
    assertEquals(0, entry(1, "host0").getCounted());
    assertEquals(100, entry(2, "host0").getCounted());
    // Silence forfeits, and costs nothing else.
    assertEquals(100, scenario.host("host0").getWeight());
    assertEquals(0, scenario.host("host0").getSprintReputation());
    assertEquals(deposit.nanoCoins(), scenario.host("host0").getDeposit());
    assertTrue(scenario.convictions().isEmpty());
  }

  @Test
  void boundsCallsButNeverAnAuditors() {
    play.silentAuditors.addAll(List.of("host0", "host1", "host2", "host3"));
    SprintRecord sprint = play.advanceTo(1, SprintPhase.SPRINT_PHASE_AUDIT);
    for (int i = 0; i < Limits.OPEN_CALLS_MAX; i++) {
      scenario.queue("alice", play.call("alice", sprint, "host0", i));
    }
    scenario.advance();
    scenario.sendBadly(Refusal.QUEUE_FULL, "bob", play.call("bob", sprint, "host0", 1));
    scenario.sendBadly(Refusal.OUT_OF_BOUNDS, "bob", play.call("bob", sprint, "host1", 100));
    scenario.sendBadly(Refusal.OUT_OF_BOUNDS, "bob", play.call("bob", sprint, "host1", 2, 2));
    long[] seventeen = LongStream.range(0, 17).toArray();
    scenario.sendBadly(Refusal.OUT_OF_BOUNDS, "bob", play.call("bob", sprint, "host1", seventeen));
    scenario.sendBadly(Refusal.SPRINT_UNKNOWN, "bob", play.call("bob", sprint, "bob", 1));
    String auditor = auditor(sprint, "host0");
    scenario.sendWell(auditor, play.call(auditor, sprint, "host0", 1));
    scenario.sendBadly(Refusal.ALREADY_DONE, auditor, play.call(auditor, sprint, "host0", 2));
  }

  @Test
  void takesTheDepositOfWhoChallengesARightLeaf() {
    SprintRecord sprint = play.advanceTo(1, SprintPhase.SPRINT_PHASE_AUDIT);
    Amount host = scenario.balance("host0");
    Amount challenger = scenario.balance("alice");
    scenario.sendWell("alice", play.challenge("alice", sprint, "host0", 5));
    scenario.sendBadly(Refusal.ALREADY_DONE, "bob", play.challenge("bob", sprint, "host0", 5));
    play.advanceTo(1, SprintPhase.SPRINT_PHASE_COUNTED);
    assertEquals(challenger.minus(DEPOSIT), scenario.balance("alice"));
    assertEquals(host.plus(DEPOSIT.share(1, 2)), scenario.balance("host0"));
    assertEquals(DEPOSIT.share(1, 2).nanoCoins(), scenario.network().getSupply().getBurned());
    assertEquals(SprintResult.SPRINT_RESULT_FULL, entry(1, "host0").getResult());
    assertTrue(scenario.convictions().isEmpty());
  }

  @Test
  void refusesChallengesThatProveNothing() {
    SprintRecord sprint = play.advanceTo(1, SprintPhase.SPRINT_PHASE_COMMIT);
    scenario.advance();
    Message early = play.challenge("alice", sprint, "host0", 5);
    play.advanceTo(1, SprintPhase.SPRINT_PHASE_COMMIT);
    scenario.sendBadly(Refusal.SPRINT_UNKNOWN, "alice", early);
    play.counts.put("host0", 0);
    play.advanceTo(2, SprintPhase.SPRINT_PHASE_AUDIT);
    SprintRecord second = scenario.sprint(2);
    scenario.sendBadly(
        Refusal.BAD_PROOF,
        "alice",
        new Message.SprintChallenge(
            ((Message.SprintChallenge) play.challenge("alice", second, "host1", 5))
                .body().toBuilder()
                    .setLeaf(play.leaf(second, "host1", 5).toBuilder().setItem(6))
                    .build()));
    scenario.sendBadly(
        Refusal.INSUFFICIENT_FUNDS,
        "host1",
        send("host1", scenario.balance("host1").plus(DEPOSIT)));
    scenario.sendWell("host1", send("host1", scenario.balance("host1")));
    scenario.sendBadly(
        Refusal.INSUFFICIENT_FUNDS, "host1", play.challenge("host1", second, "host2", 5));
  }

  private Message send(String from, Amount amount) {
    return AccountTest.send(scenario, from, "bob", amount.nanoCoins());
  }

  @Test
  void replaysOneAfterAnotherAndSparesWhatIsDecided() {
    play.liars.add("host2");
    SprintRecord sprint = play.advanceTo(1, SprintPhase.SPRINT_PHASE_AUDIT);
    scenario.queue("alice", play.challenge("alice", sprint, "host0", 5));
    scenario.queue("alice", play.challenge("alice", sprint, "host2", 3));
    scenario.queue("bob", play.challenge("bob", sprint, "host2", 7));
    scenario.queue("bob", play.challenge("bob", sprint, "host1", 7));
    scenario.advance();
    long opened = scenario.height();
    assertEquals(1, scenario.replay.prepared.size());
    play.advanceTo(opened + 4);
    assertEquals(1, scenario.replay.asked.size());
    assertEquals(2, scenario.replay.prepared.size());
    play.advanceTo(opened + 8);
    assertEquals(1, scenario.convictions().size());
    assertEquals(scenario.address("alice").toString(), scenario.convictions().get(0).getBy());
    // The second challenge of host2 is moot; the next one's turn begins at once.
    assertEquals(7, scenario.replay.prepared.get(2).item());
    play.advanceTo(opened + 12);
    assertEquals(3, scenario.replay.asked.size());
    assertEquals(0, scenario.network().getSupply().getDisputes());
    scenario.sendBadly(Refusal.ALREADY_DONE, "bob", play.challenge("bob", sprint, "host2", 11));
  }

  @Test
  void countsWhatIsStillDisputedAsProvenOnly() {
    SprintRecord sprint = play.advanceTo(1, SprintPhase.SPRINT_PHASE_AUDIT);
    play.advanceTo(sprint.getDisputeEnd() - 1);
    for (int item = 0; item < 2; item++) {
      scenario.queue("alice", play.challenge("alice", sprint, "host0", item));
    }
    play.advanceTo(1, SprintPhase.SPRINT_PHASE_COUNTED);
    assertEquals(SprintResult.SPRINT_RESULT_PROVEN_ONLY, entry(1, "host0").getResult());
    assertEquals(SprintResult.SPRINT_RESULT_FULL, entry(1, "host1").getResult());
  }

  @Test
  void takesBackTheWeightOfWhoIsConvictedLate() {
    play.liars.add("host2");
    SprintRecord sprint = play.advanceTo(2, SprintPhase.SPRINT_PHASE_COUNTED);
    play.liars.clear();
    play.advanceTo(130);
    assertEquals(200, scenario.host("host2").getWeight());
    scenario.sendWell("alice", play.challenge("alice", sprint, "host2", 3));
    play.advanceTo(140);
    assertEquals(1, scenario.convictions().size());
    assertTrue(!scenario.host("host2").getRegistered());
    assertEquals(0, scenario.host("host2").getProvenCount());
    play.advanceTo(240);
    assertEquals(0, scenario.host("host2").getWeight());
    assertEquals(0, scenario.host("host2").getEarned());
    Amount share = Amount.ofCoins(323_000).share(800, 1000).share(200, 800);
    assertEquals(share.nanoCoins(), scenario.host("host1").getEarned());
    assertEquals(share.nanoCoins(), scenario.network().getSupply().getCommunityFund());
  }

  @Test
  void withholdsEmissionUntilTheVerdict() {
    play.liars.add("host2");
    SprintRecord sprint = play.advanceTo(2, SprintPhase.SPRINT_PHASE_COUNTED);
    play.advanceTo(239);
    scenario.queue("alice", play.challenge("alice", sprint, "host1", 3));
    scenario.queue("alice", play.challenge("alice", sprint, "host2", 3));
    play.advance();
    Amount share = Amount.ofCoins(323_000).share(800, 1000).share(200, 800);
    assertEquals(0, scenario.host("host1").getEarned());
    assertEquals(0, scenario.host("host2").getEarned());
    assertEquals(2 * share.nanoCoins(), scenario.network().getSupply().getHeld());
    play.advanceTo(244);
    assertEquals(share.nanoCoins(), scenario.host("host1").getEarned());
    scenario.sendBadly(Refusal.WRONG_TIME, "bob", play.challenge("bob", sprint, "host0", 3));
    play.advanceTo(248);
    assertEquals(0, scenario.host("host2").getEarned());
    assertEquals(0, scenario.network().getSupply().getHeld());
    assertEquals(share.nanoCoins(), scenario.network().getSupply().getCommunityFund());
  }

  @Test
  void costsAnAuditorItsSkippedDuties() {
    play.silentAuditors.add("host3");
    play.advanceTo(240);
    Amount full = Amount.ofCoins(323_000).share(800, 1000).share(200, 800);
    long duties = 0;
    for (long number = 1; number <= 2; number++) {
      for (SprintEntry entry : scenario.sprint(number).getEntriesList()) {
        duties +=
            entry.getDutiesList().stream()
                .map(SprintDuty::getAuditor)
                .filter(scenario.address("host3").toString()::equals)
                .count();
      }
    }
    assertTrue(duties > 0);
    assertEquals(0, scenario.host("host3").getEarned());
    assertEquals(full.nanoCoins(), scenario.host("host0").getEarned());
  }

  @Test
  void doesNotBlameAuditorsWhoChallengeOrMeetSilence() {
    play.liars.add("host2");
    SprintRecord sprint = play.advanceTo(1, SprintPhase.SPRINT_PHASE_AUDIT);
    play.silentAuditors.addAll(List.of("host0", "host1", "host2", "host3"));
    String auditor = auditor(sprint, "host2");
    scenario.sendWell(auditor, play.challenge(auditor, sprint, "host2", 3));
    scenario.sendWell("alice", play.call("alice", sprint, "host0", 5));
    play.advanceTo(1, SprintPhase.SPRINT_PHASE_COUNTED);
    for (SprintDuty duty : entry(1, "host2").getDutiesList()) {
      assertTrue(done(duty) > 0);
    }
    for (SprintDuty duty : entry(1, "host0").getDutiesList()) {
      assertTrue(done(duty) > 0);
    }
  }

  private int done(SprintDuty duty) {
    return new Plans(scenario.state())
        .tally(0, scenario.address(scenario.name(duty.getAuditor())))
        .getDutiesDone();
  }

  @Test
  void letsAConvictRegisterAnewInTheNextEpoch() {
    play.liars.add("host2");
    SprintRecord sprint = play.advanceTo(1, SprintPhase.SPRINT_PHASE_AUDIT);
    scenario.sendWell("host1", play.challenge("host1", sprint, "host2", 3));
    play.advanceTo(1, SprintPhase.SPRINT_PHASE_COUNTED);
    Message register = HostTest.register(scenario, "host2");
    scenario.sendBadly(Refusal.HOST_NOT_READY, "host2", register);
    play.advanceTo(119);
    scenario.sendBadly(Refusal.HOST_NOT_READY, "host2", register);
    scenario.sendWell("host2", register);
    assertTrue(scenario.host("host2").getRegistered());
    assertEquals(DEPOSIT.nanoCoins(), scenario.host("host2").getDeposit());
    assertEquals(Amount.ofCoins(800).nanoCoins(), scenario.host("host2").getCollateral());
    play.liars.clear();
    play.advanceTo(3, SprintPhase.SPRINT_PHASE_COUNTED);
    assertEquals(3, scenario.sprint(3).getEntriesCount());
    play.advanceTo(5, SprintPhase.SPRINT_PHASE_COUNTED);
    assertEquals(4, scenario.sprint(5).getEntriesCount());
  }
}
