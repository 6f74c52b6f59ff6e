package exacta.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import exacta.ledger.state.TallyState;
import exacta.primitives.Amount;
import exacta.primitives.Digest32;
import exacta.protocol.Message;
import exacta.protocol.Wire;
import exacta.protocol.v1.Ask;
import exacta.protocol.v1.MsgAnnounce;
import exacta.protocol.v1.Payment;
import exacta.protocol.v1.QueryAuditsResponse;
import exacta.protocol.v1.QueryPaymentsResponse;
import exacta.protocol.v1.ReceiptDuty;
import exacta.protocol.v1.ReceiptSample;
import exacta.protocol.v1.SettledLane;
import exacta.protocol.v1.SettlementRecord;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReceiptAuditTest {
  private static final List<String> HOSTS = List.of("host0", "host1", "host2", "host3");

  private final MarketPlay play = new MarketPlay(new Scenario());
  private final Scenario scenario = play.scenario;

  /** Alice buys from all hosts, bob from the first; all is settled. */
  private void settleEpoch0() {
    ByteString alices =
        play.open(
            "alice", "k", 9, Map.of("host0", 9000L, "host1", 9000L, "host2", 9000L, "host3", 9L));
    ByteString bobs = play.open("bob", "l", 9, Map.of("host0", 5000L));
    play.lane(alices, "host0").serve(1000);
    play.lane(alices, "host0").serve(501);
    play.lane(alices, "host1").serve(3);
    play.lane(alices, "host2").serve(8990);
    play.lane(bobs, "host0").serve(777);
    play.advanceTo(1, 1);
    for (String host : HOSTS.subList(0, 3)) {
      scenario.queue(host, MarketPlay.settle(play.lane(alices, host).settle()));
    }
    scenario.queue("host0", MarketPlay.settle(play.lane(bobs, "host0").settle()));
    scenario.advance().forEach(result -> assertEquals("", result.log()));
  }

  @Test
  void drawsCoinsOfSettledLanesForOtherHosts() {
    settleEpoch0();
    play.advanceTo(1, 13);
    assertEquals(0, play.settlement(0, "host0").getDutiesCount());
    play.advanceTo(1, 14);
    QueryAuditsResponse audits = play.audits(0);
    assertEquals(3, audits.getSettlementsCount());
    for (SettlementRecord settlement : audits.getSettlementsList()) {
      Set<ReceiptSample> samples = new HashSet<>();
      for (ReceiptDuty duty : settlement.getDutiesList()) {
        assertNotEquals(settlement.getHost(), duty.getAuditor());
        duty.getSamplesList().forEach(sample -> assertTrue(samples.add(sample)));
      }
      for (ReceiptSample sample : samples) {
        SettledLane lane =
            settlement.getLanesList().stream()
                .filter(found -> found.getSession().equals(sample.getSession()))
                .findFirst()
                .orElseThrow();
        assertTrue(sample.getCoin() >= 0 && sample.getCoin() < lane.getSum());
      }
      assertTrue(samples.size() <= 100);
    }
    assertEquals(3, play.settlement(0, "host2").getDutiesCount());
    assertTrue(samples(play.settlement(0, "host2")) > 90);
    assertEquals(13, samples(play.settlement(0, "host1")));
  }

  @Test
  void drawsOnlyWhoServesAModelOfTheHostsOwn() {
    settleEpoch0();
    for (String host : HOSTS.subList(0, 2)) {
      scenario.sendWell(host, announce(host, Scenario.OTHER_MODEL));
    }
    scenario.sendWell("host3", announce("host3", Scenario.OTHER_MODEL));
    play.advanceTo(1, 14);
    assertEquals(0, play.settlement(0, "host2").getDutiesCount());
    play.advanceTo(2, 1);
    assertEquals(6750, play.fee(0, "host", "host2"));
    assertEquals(0, scenario.host("host2").getReceiptReputation());
  }

  /** A fraud must not go unchecked because its host hides afterwards what it answered with. */
  @Test
  void drawsWhoServesAModelThatTheHostAnnouncedBefore() {
    settleEpoch0();
    scenario.sendWell("host2", announce("host2", Scenario.OTHER_MODEL));
    play.advanceTo(1, 14);
    assertEquals(3, play.settlement(0, "host2").getDutiesCount());
    for (ReceiptDuty duty : play.settlement(0, "host0").getDutiesList()) {
      assertNotEquals(play.text("host2"), duty.getAuditor());
    }
    assertEquals(2, play.settlement(0, "host0").getDutiesCount());
  }

  private Message announce(String host, Digest32 model) {
    return new Message.Announce(
        MsgAnnounce.newBuilder()
            .setHost(play.text(host))
            .setUrl("http://127.0.0.1:9400")
            .addAsks(Ask.newBuilder().setModel(Wire.bytes(model)).setContextLength(2048))
            .build());
  }

  @Test
  void asksForFewerSamplesWithReputation() {
    ByteString session = play.open("alice", "k", 9, Map.of("host0", 1L << 40));
    MarketLane lane = play.lane(session, "host0");
    for (long epoch = 0; epoch < 3; epoch++) {
      lane.serve(900_000);
      play.advanceTo(epoch + 1, 1);
      scenario.sendWell("host0", MarketPlay.settle(lane.settle()));
      lane.settled();
      play.advanceTo(epoch + 1, 14);
      assertEquals(100 - 3 * epoch, samples(play.settlement(epoch, "host0")));
      play.attestAll(epoch);
      play.advanceTo(epoch + 2, 1);
      assertEquals(epoch + 1, scenario.host("host0").getReceiptReputation());
    }
  }

  private static int samples(SettlementRecord settlement) {
    return settlement.getDutiesList().stream().mapToInt(ReceiptDuty::getSamplesCount).sum();
  }

  @Test
  void splitsWhatDevelopersPaid() {
    settleEpoch0();
    assertEquals(11321, scenario.network().getSupply().getHeld());
    play.advanceTo(1, 14);
    play.attestAll(0);
    play.advanceTo(1, 120);
    assertFalse(play.payments(0).getPaid());
    Amount before = scenario.balance("host3");
    play.advanceTo(2, 1);
    QueryPaymentsResponse payments = play.payments(0);
    assertTrue(payments.getPaid());
    assertEquals(-10534, play.fee(0, "developer", "alice"));
    assertEquals(-787, play.fee(0, "developer", "bob"));
    assertEquals(2308 * 75 / 100, play.fee(0, "host", "host0"));
    assertEquals(13 * 75 / 100, play.fee(0, "host", "host1"));
    assertEquals(9000 * 75 / 100, play.fee(0, "host", "host2"));
    assertEquals(0, play.fee(0, "host", "host3"));
    long audited = HOSTS.stream().mapToLong(host -> play.fee(0, "auditor", host)).sum();
    assertTrue(audited > 540 && audited <= 115 + 450, "audited for " + audited);
    assertEquals(0, payments.getFeesList().stream().mapToLong(Payment::getAmount).sum());
    assertEquals(
        play.fee(0, "auditor", "host3"), scenario.balance("host3").minus(before).nanoCoins());
    assertEquals(
        play.fee(0, "auditor", "host0") + play.fee(0, "host", "host0"),
        scenario.host("host0").getEarned());
    assertEquals(0, scenario.network().getSupply().getHeld());
    assertTrue(play.settlement(0, "host0").getPaid());
    assertEquals(1, scenario.host("host0").getReceiptReputation());
    assertEquals(0, scenario.host("host3").getReceiptReputation());
    // The training fund has the fees' part and that of the emission.
    long training = play.fee(0, "training", "training");
    assertTrue(training >= 11321 / 5);
    assertEquals(
        Amount.ofCoins(323_000).share(1, 5).nanoCoins() + training,
        scenario.network().getSupply().getTrainingFund());
  }

  @Test
  void paysUncheckedReceiptsWithoutReputation() {
    settleEpoch0();
    play.advanceTo(2, 1);
    assertEquals(2308 * 75 / 100, play.fee(0, "host", "host0"));
    assertEquals(11321 - 1731 - 9 - 6750, play.fee(0, "training", "training"));
    assertEquals(0, scenario.host("host0").getReceiptReputation());
  }

  @Test
  void countsAttestationsOfWhoIsOnDutyInTime() {
    settleEpoch0();
    play.advanceTo(1, 13);
    scenario.sendBadly(Refusal.WRONG_TIME, "host1", play.attest("host1", 0, "host2"));
    scenario.sendBadly(Refusal.NOT_ON_DUTY, "host2", play.attest("host2", 0, "host2"));
    scenario.sendBadly(Refusal.NOT_ON_DUTY, "host1", play.attest("host1", 0, "host3"));
    scenario.sendBadly(Refusal.WRONG_TIME, "host1", play.attest("host1", 1, "host2"));
    scenario.sendBadly(Refusal.WRONG_TIME, "host1", play.attest("host1", Long.MAX_VALUE, "host2"));
    assertEquals(0, duties("host1").getDutiesDone());
    scenario.sendWell("host1", play.attest("host1", 0, "host2"));
    scenario.sendBadly(Refusal.ALREADY_DONE, "host1", play.attest("host1", 0, "host2"));
    assertEquals(1, duties("host1").getDutiesDone());
    play.advanceTo(1, 65);
    scenario.sendWell("host0", play.attest("host0", 0, "host2"));
    scenario.sendBadly(Refusal.WRONG_TIME, "host3", play.attest("host3", 0, "host2"));
    SettlementRecord settlement = play.settlement(0, "host2");
    for (ReceiptDuty duty : settlement.getDutiesList()) {
      assertEquals(!duty.getAuditor().equals(play.text("host3")), duty.getAttested());
    }
  }

  private TallyState duties(String host) {
    return new Plans(scenario.state()).tally(0, scenario.address(host));
  }

  @Test
  void tellsTheWindows() {
    play.advanceTo(1, 1);
    QueryAuditsResponse audits = play.audits(0);
    assertEquals(132, audits.getSettlementEnd());
    assertEquals(133, audits.getDrawHeight());
    assertEquals(169, audits.getAuditEnd());
    assertEquals(185, audits.getAnswerEnd());
    assertEquals(186, audits.getJuryDrawHeight());
    assertEquals(210, audits.getJuryEnd());
    assertEquals(240, audits.getPayHeight());
    assertEquals(0, play.audits(1).getSettlementEnd());
    assertEquals(0, play.audits(Long.MAX_VALUE).getPayHeight());
    assertEquals(0, play.audits(-1).getPayHeight());
  }

  @Test
  void forgetsOldSettlementsButNoPayments() {
    settleEpoch0();
    play.advanceTo(1, 14);
    play.attestAll(0);
    play.advanceTo(5, 120);
    assertEquals(3, play.audits(0).getSettlementsCount());
    int size = scenario.store.size();
    play.advanceTo(6, 1);
    assertEquals(0, play.audits(0).getSettlementsCount());
    assertTrue(scenario.store.size() < size);
    assertTrue(scenario.state().market.duties.values().isEmpty());
    assertTrue(scenario.state().market.settledLanes.values().isEmpty());
    assertEquals(-787, play.fee(0, "developer", "bob"));
  }
}
