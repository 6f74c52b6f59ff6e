package exacta.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.Amount;
import exacta.primitives.Digest32;
import exacta.protocol.Message;
import exacta.protocol.QueryPaths;
import exacta.protocol.Wire;
import exacta.protocol.v1.ConvictionRecord;
import exacta.protocol.v1.MsgRegisterHost;
import exacta.protocol.v1.MsgSprintAttest;
import exacta.protocol.v1.MsgSprintCommit;
import exacta.protocol.v1.QuerySprintRequest;
import exacta.protocol.v1.SprintEntry;
import exacta.protocol.v1.SprintPhase;
import exacta.protocol.v1.SprintRecord;
import exacta.protocol.v1.SprintResult;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SprintTest {
  private final Scenario scenario = new Scenario();
  private final SprintPlay play = new SprintPlay(scenario, 100);

  private SprintEntry entry(long sprint, String host) {
    return play.entry(scenario.sprint(sprint), host);
  }

  @Test
  void countsHonestHostsAndGivesThemWeightAndEmission() {
    SprintRecord first = play.advanceTo(1, SprintPhase.SPRINT_PHASE_COUNTED);
    assertEquals(4, first.getEntriesCount());
    for (SprintEntry entry : first.getEntriesList()) {
      assertEquals(SprintResult.SPRINT_RESULT_FULL, entry.getResult());
      assertEquals(100, entry.getCounted());
      assertEquals(2, entry.getDutiesCount());
      assertEquals(10, entry.getDuties(0).getItemsCount());
    }
    assertEquals(0, scenario.network().getWeight());
    play.advanceTo(120);
    assertEquals(1, scenario.network().getEpoch());
    assertEquals(2, scenario.network().getSprint());
    assertEquals(800, scenario.network().getWeight());
    assertEquals(200, scenario.host("host0").getWeight());
    assertEquals(1, scenario.host("host0").getSprintReputation());
    assertEquals(100, scenario.host("host0").getProvenCount());
    play.advanceTo(239);
    assertEquals(0, scenario.host("host0").getEarned());
    play.advanceTo(240);
    Amount share = Amount.ofCoins(323_000).share(800, 1000).share(200, 800);
    assertEquals(share.nanoCoins(), scenario.host("host0").getEarned());
    assertEquals(
        Amount.ofCoins(323_000).share(200, 1000).nanoCoins(),
        scenario.network().getSupply().getTrainingFund());
  }

  @Test
  void convictsWhoCommittedToAWrongLeaf() {
    play.liars.add("host2");
    SprintRecord sprint = play.advanceTo(1, SprintPhase.SPRINT_PHASE_AUDIT);
    Amount before = scenario.balance("host1");
    scenario.sendWell("host1", play.challenge("host1", sprint, "host2", 3));
    assertEquals(before.minus(Amount.ofCoins(100)), scenario.balance("host1"));
    assertEquals(1, scenario.replay.prepared.size());
    long opened = scenario.height();
    play.advanceTo(opened + 3);
    assertTrue(scenario.convictions().isEmpty());
    play.advance();
    ConvictionRecord conviction = scenario.convictions().getFirst();
    assertEquals(scenario.address("host2").toString(), conviction.getHost());
    assertEquals(scenario.address("host1").toString(), conviction.getBy());
    assertEquals(opened + 4, conviction.getHeight());
    assertEquals(Amount.ofCoins(300).nanoCoins(), conviction.getSlashed());
    assertEquals(before.plus(Amount.ofCoins(150)), scenario.balance("host1"));
    play.advanceTo(1, SprintPhase.SPRINT_PHASE_COUNTED);
    assertEquals(SprintResult.SPRINT_RESULT_CONVICTED, entry(1, "host2").getResult());
    assertEquals(SprintResult.SPRINT_RESULT_FULL, entry(1, "host1").getResult());
    play.advanceTo(120);
    assertEquals(0, scenario.host("host2").getWeight());
    assertEquals(600, scenario.network().getWeight());
    assertEquals(0, scenario.host("host2").getSprintReputation());
  }

  @Test
  void takesNoCommitmentOutOfTime() {
    play.counts.replaceAll((host, count) -> 0);
    scenario.sendBadly(Refusal.SPRINT_UNKNOWN, "host0", commit(1, 5));
    SprintRecord sprint = play.advanceTo(1, SprintPhase.SPRINT_PHASE_ANNOUNCED);
    scenario.sendBadly(Refusal.WRONG_TIME, "host0", commit(1, 5));
    play.advanceTo(1, SprintPhase.SPRINT_PHASE_COMMIT);
    scenario.sendBadly(Refusal.SPRINT_UNKNOWN, "host0", commit(2, 5));
    scenario.sendBadly(Refusal.OUT_OF_BOUNDS, "host0", commit(1, 0));
    scenario.sendWell("host0", commit(1, 5));
    assertEquals(SprintPhase.SPRINT_PHASE_DRAW, scenario.sprint(1).getPhase());
    assertEquals(sprint.getCommitEnd(), scenario.height());
    scenario.sendBadly(Refusal.WRONG_TIME, "host1", commit("host1", 1, 5));
  }

  @Test
  void takesOneCommitmentOfAHostInThePlan() {
    scenario.sendWell("alice", register("alice"));
    play.advanceTo(1, SprintPhase.SPRINT_PHASE_COMPUTE);
    scenario.sendBadly(Refusal.HOST_NOT_READY, "alice", commit("alice", 1, 5));
    scenario.sendBadly(Refusal.HOST_NOT_READY, "bob", commit("bob", 1, 5));
    scenario.sendWell("host0", commit(1, 5));
    scenario.sendBadly(Refusal.ALREADY_DONE, "host0", commit(1, 6));
    play.counts.replaceAll((host, count) -> 0);
    play.advanceTo(3, SprintPhase.SPRINT_PHASE_COMPUTE);
    scenario.sendWell("alice", commit("alice", 3, 5));
  }

  @Test
  void takesAttestationsOfThoseOnDutyOnly() {
    play.silentAuditors.addAll(List.of("host0", "host1", "host2", "host3"));
    SprintRecord sprint = play.advanceTo(1, SprintPhase.SPRINT_PHASE_DRAW);
    scenario.sendBadly(Refusal.WRONG_TIME, "host1", attest("host1", 1, "host0"));
    sprint = play.advanceTo(1, SprintPhase.SPRINT_PHASE_AUDIT);
    List<String> auditors =
        play.entry(sprint, "host0").getDutiesList().stream()
            .map(duty -> scenario.name(duty.getAuditor()))
            .toList();
    assertEquals(2, auditors.size());
    for (String who : List.of("host0", "host1", "host2", "host3", "alice")) {
      if (auditors.contains(who)) {
        scenario.sendWell(who, attest(who, 1, "host0"));
        scenario.sendBadly(Refusal.ALREADY_DONE, who, attest(who, 1, "host0"));
      } else {
        scenario.sendBadly(Refusal.NOT_ON_DUTY, who, attest(who, 1, "host0"));
      }
    }
    scenario.sendBadly(Refusal.SPRINT_UNKNOWN, "host1", attest("host1", 9, "host0"));
    play.advanceTo(sprint.getDisputeEnd());
    scenario.sendBadly(Refusal.WRONG_TIME, "host1", attest("host1", 1, "host0"));
  }

  @Test
  void countsWhatWasProvenWhereAuditorsAreSilent() {
    play.advanceTo(120);
    play.silentAuditors.addAll(List.of("host0", "host1", "host2", "host3"));
    play.counts.replaceAll((host, count) -> 150);
    play.counts.put("host1", 60);
    play.advanceTo(3, SprintPhase.SPRINT_PHASE_COUNTED);
    assertEquals(SprintResult.SPRINT_RESULT_PROVEN_ONLY, entry(3, "host0").getResult());
    assertEquals(100, entry(3, "host0").getCounted());
    assertEquals(60, entry(3, "host1").getCounted());
    play.advanceTo(240);
    assertEquals(1, scenario.host("host0").getSprintReputation());
    // Nothing was proven in epoch 1, and epoch 0 is too long ago.
    assertEquals(0, scenario.host("host0").getProvenCount());
  }

  @Test
  void cutsClaimsToTwiceWhatWasProvenAndNewcomersToTheMean() {
    play.counts.put("host3", 0);
    play.counts.put("host2", 43);
    play.advanceTo(120);
    play.counts.replaceAll((host, count) -> 1000);
    play.advanceTo(3, SprintPhase.SPRINT_PHASE_COUNTED);
    assertEquals(1000, entry(3, "host0").getClaimed());
    assertEquals(200, entry(3, "host0").getCounted());
    assertEquals(86, entry(3, "host2").getCounted());
    assertEquals((100 + 100 + 43) / 3, entry(3, "host3").getCounted());
    play.advanceTo(4, SprintPhase.SPRINT_PHASE_COUNTED);
    assertEquals(400, entry(4, "host0").getCounted());
  }

  @Test
  void asksForFewerSamplesWithReputationAndOfFewNonces() {
    play.counts.put("host1", 39);
    play.counts.put("host2", 9);
    play.counts.put("host3", 1000);
    SprintRecord sprint = play.advanceTo(1, SprintPhase.SPRINT_PHASE_AUDIT);
    assertEquals(10, play.entry(sprint, "host0").getDuties(0).getItemsCount());
    assertEquals(3, play.entry(sprint, "host1").getDuties(1).getItemsCount());
    assertEquals(1, play.entry(sprint, "host2").getDuties(0).getItemsCount());
    assertEquals(16, play.entry(sprint, "host3").getDuties(0).getItemsCount());
    sprint = play.advanceTo(7, SprintPhase.SPRINT_PHASE_AUDIT);
    assertEquals(3, scenario.host("host3").getSprintReputation());
    assertEquals(15, play.entry(sprint, "host3").getDuties(0).getItemsCount());
  }

  @Test
  void startsOnceInASlotAtEveryPossibleBlock() {
    int[] starts = new int[11];
    for (int epoch = 0; epoch < 60; epoch++) {
      scenario.advanceTo(120L * (epoch + 1));
      for (long sprint = 2L * epoch + 1; sprint <= 2L * epoch + 2; sprint++) {
        SprintRecord record = scenario.sprint(sprint);
        assertEquals(epoch, record.getEpoch());
        long offset = (record.getAnnouncedHeight() - 1) % 60;
        assertEquals(sprint - 1, (record.getAnnouncedHeight() - 1) / 60);
        assertTrue(record.getCountHeight() <= 60 * sprint);
        starts[(int) offset]++;
      }
    }
    for (int count : starts) {
      assertTrue(count > 2, "each start is as likely: " + Arrays.toString(starts));
    }
  }

  @Test
  void forgetsWhatNoRuleNeeds() {
    play.advanceTo(8 * 120);
    int before = scenario.store.size();
    play.advanceTo(12 * 120);
    // Of each further epoch only its payments stay.
    assertEquals(before + 4, scenario.store.size());
    assertEquals(
        Refusal.NOT_FOUND.code(),
        scenario
            .query(QueryPaths.SPRINT, QuerySprintRequest.newBuilder().setSprint(10).build())
            .code());
    assertEquals(20, scenario.sprint(20).getSprint());
  }

  private Message commit(long sprint, long count) {
    return commit("host0", sprint, count);
  }

  private Message commit(String host, long sprint, long count) {
    return new Message.SprintCommit(
        MsgSprintCommit.newBuilder()
            .setHost(scenario.address(host).toString())
            .setSprint(sprint)
            .setCount(count)
            .setRoot(Wire.bytes(Digest32.ZERO))
            .build());
  }

  private Message attest(String auditor, long sprint, String host) {
    return new Message.SprintAttest(
        MsgSprintAttest.newBuilder()
            .setAuditor(scenario.address(auditor).toString())
            .setSprint(sprint)
            .setHost(scenario.address(host).toString())
            .setAttestation(Wire.bytes(Digest32.ZERO))
            .build());
  }

  private Message register(String host) {
    return new Message.RegisterHost(
        MsgRegisterHost.newBuilder()
            .setHost(scenario.address(host).toString())
            .setUrl("http://127.0.0.1:9500")
            .build());
  }
}
