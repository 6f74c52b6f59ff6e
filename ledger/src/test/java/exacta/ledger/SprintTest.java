package exacta.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.Amount;
import exacta.protocol.Message;
import exacta.protocol.v1.ConvictionRecord;
import exacta.protocol.v1.MsgSprintChallenge;
import exacta.protocol.v1.OpenedLeaf;
import exacta.protocol.v1.SprintEntry;
import exacta.protocol.v1.SprintPhase;
import exacta.protocol.v1.SprintRecord;
import exacta.protocol.v1.SprintResult;
import org.junit.jupiter.api.Test;

class SprintTest {
  private final Scenario scenario = new Scenario();
  private final SprintPlay play = new SprintPlay(scenario, 100);

  private SprintEntry entry(SprintRecord sprint, String host) {
    return sprint.getEntriesList().stream()
        .filter(entry -> entry.getHost().equals(scenario.address(host).toString()))
        .findFirst()
        .orElseThrow();
  }

  private Message challenge(String who, SprintRecord sprint, String host, OpenedLeaf leaf) {
    return new Message.SprintChallenge(
        MsgSprintChallenge.newBuilder()
            .setChallenger(scenario.address(who).toString())
            .setSprint(sprint.getSprint())
            .setHost(scenario.address(host).toString())
            .setLeaf(leaf)
            .build());
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
    scenario.sendWell("host1", challenge("host1", sprint, "host2", play.leaf(sprint, "host2", 3)));
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
    sprint = play.advanceTo(1, SprintPhase.SPRINT_PHASE_COUNTED);
    assertEquals(SprintResult.SPRINT_RESULT_CONVICTED, entry(sprint, "host2").getResult());
    assertEquals(SprintResult.SPRINT_RESULT_FULL, entry(sprint, "host1").getResult());
    play.advanceTo(120);
    assertEquals(0, scenario.host("host2").getWeight());
    assertEquals(600, scenario.network().getWeight());
    assertEquals(0, scenario.host("host2").getSprintReputation());
  }
}
