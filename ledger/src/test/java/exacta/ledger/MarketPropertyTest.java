package exacta.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.protocol.v1.DisputeOutcome;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.Payment;
import exacta.protocol.v1.QueryPaymentsResponse;
import exacta.protocol.v1.SettlementRecord;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Whatever the market's people do: no block throws, all money adds up after each (the scenario
 * looks), every dispute has a verdict, every settlement is paid, and what developers paid is what
 * others got.
 */
class MarketPropertyTest {
  @Test
  void keepsMoneyAndPaysWhatever() {
    Set<DisputeOutcome> seen = EnumSet.noneOf(DisputeOutcome.class);
    for (long seed = 1; seed <= 6; seed++) {
      try {
        run(seed, 4).disputes().forEach(dispute -> seen.add(dispute.getOutcome()));
      } catch (AssertionError e) {
        throw new AssertionError("with seed " + seed, e);
      }
    }
    assertTrue(
        seen.containsAll(
            EnumSet.range(
                DisputeOutcome.DISPUTE_OUTCOME_HOST_CONVICTED,
                DisputeOutcome.DISPUTE_OUTCOME_WITHDRAWN)),
        "seen: " + seen);
  }

  private static MarketPlay run(long seed, int epochs) {
    MarketPlay play = new MarketPlay(new Scenario());
    MarketTraffic traffic = new MarketTraffic(play, seed);
    Scenario scenario = play.scenario;
    while (scenario.epoch() < epochs) {
      traffic.act();
      scenario.advance();
    }
    for (long epoch = 0; epoch < epochs - 1; epoch++) {
      QueryPaymentsResponse payments = play.payments(epoch);
      assertTrue(payments.getPaid());
      assertEquals(0, payments.getFeesList().stream().mapToLong(Payment::getAmount).sum());
      for (SettlementRecord settlement : play.audits(epoch).getSettlementsList()) {
        assertTrue(settlement.getPaid());
      }
    }
    for (DisputeRecord dispute : play.disputes()) {
      assertTrue(!ReceiptDisputes.isOpen(dispute) || dispute.getEpoch() == epochs - 1);
    }
    return play;
  }

  @Test
  void isAFunctionOfTheBlocks() {
    assertTrue(run(7, 2).scenario.store.holdsTheSameAs(run(7, 2).scenario.store));
  }
}
