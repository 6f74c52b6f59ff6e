package exacta.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import exacta.primitives.Amount;
import exacta.primitives.Hasher;
import exacta.protocol.Receipts;
import exacta.protocol.Signing;
import exacta.protocol.Wire;
import exacta.protocol.v1.AnswerEnd;
import exacta.protocol.v1.DisputeKind;
import exacta.protocol.v1.DisputeOutcome;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.Order;
import exacta.protocol.v1.Receipt;
import exacta.protocol.v1.Signed;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a host signed and logged against itself needs no jury. Spec: market.md#lie. */
class ContradictionTest {
  private final MarketPlay play = new MarketPlay(new Scenario());
  private final Scenario scenario = play.scenario;
  private MarketLane lane;
  private ByteString otherSession;

  @BeforeEach
  void open() {
    otherSession = play.open("bob", "k", 1, Map.of("host0", 20_000L));
    lane = play.lane(play.open("alice", "k", 1, Map.of("host0", 20_000L)), "host0");
  }

  private void convictsOrder(Consumer<Order.Builder> change) {
    Order.Builder changed = lane.order();
    change.accept(changed);
    Signed order = lane.sign(changed);
    convicts(order, lane.sign(MarketLane.receipt(order, 990)), 1000);
  }

  private void convictsReceipt(long cost, Consumer<Receipt.Builder> change) {
    Signed order = lane.sign(lane.order());
    Receipt.Builder changed = MarketLane.receipt(order, 990);
    change.accept(changed);
    convicts(order, lane.sign(changed), cost);
  }

  private void convicts(Signed order, Signed receipt, long cost) {
    assertEquals(DisputeOutcome.DISPUTE_OUTCOME_HOST_CONVICTED, challenged(order, receipt, cost));
    assertEquals(play.text("host0"), scenario.convictions().getFirst().getHost());
    assertEquals(DisputeKind.DISPUTE_KIND_RECEIPT, scenario.convictions().getFirst().getKind());
    scenario.sendBadly(
        Refusal.ALREADY_DONE, "host2", play.challenge("host2", 0, lane.challenge(1, 2)));
    play.advanceTo(2, 13);
    assertEquals(Scenario.WEALTH, scenario.balance("alice"));
    assertTrue(play.payments(0).getFeesList().isEmpty());
  }

  private DisputeOutcome challenged(Signed order, Signed receipt, long cost) {
    lane.log(order, receipt, cost);
    lane.serve(990);
    play.advanceTo(1, 1);
    scenario.sendWell("host0", MarketPlay.settle(lane.settle()));
    play.advanceTo(1, 14);
    Amount before = scenario.balance("host1");
    scenario.sendWell("host1", play.challenge("host1", 0, lane.challenge(1, 1)));
    DisputeRecord dispute = play.disputes().getLast();
    if (dispute.getOutcome() == DisputeOutcome.DISPUTE_OUTCOME_HOST_CONVICTED) {
      assertEquals(before.plus(Amount.ofCoins(150)), scenario.balance("host1"));
    }
    return dispute.getOutcome();
  }

  @Test
  void convictsOfAnOrderOfAnotherSession() {
    convictsOrder(order -> order.setSession(otherSession));
  }

  @Test
  void convictsOfAnOrderOfAnotherChain() {
    convictsOrder(order -> order.setChainId("other-chain"));
  }

  @Test
  void convictsOfAnOrderToAnotherHost() {
    convictsOrder(order -> order.setHost(Wire.bytes(scenario.address("host1"))));
  }

  @Test
  void convictsOfAnOrderThatIsInTheLogTwice() {
    Signed second = lane.sign(lane.order(2, 0));
    convicts(second, lane.sign(MarketLane.receipt(second, 990)), 1000);
  }

  @Test
  void convictsOfAnUnlistedModel() {
    convictsOrder(order -> order.setModel(Wire.bytes(Hasher.of("nobody's").finish())));
  }

  @Test
  void convictsOfAMalformedOrder() {
    convictsOrder(order -> order.setPromptCount(0));
  }

  @Test
  void convictsOfMoreTokensThanOrdered() {
    convictsOrder(order -> order.setMaxTokens(989));
  }

  @Test
  void convictsOfACostThatPricesDoNotGive() {
    convictsReceipt(1001, receipt -> receipt.setCost(1001));
  }

  @Test
  void convictsOfALogThatSaysMoreThanTheReceipt() {
    convictsReceipt(1001, receipt -> {});
  }

  @Test
  void convictsOfAReceiptForAnotherOrder() {
    convictsReceipt(
        1000, receipt -> receipt.setOrderHash(Wire.bytes(Hasher.of("another").finish())));
  }

  @Test
  void convictsOfAReceiptWithoutEnd() {
    convictsReceipt(1000, receipt -> receipt.setEnd(AnswerEnd.ANSWER_END_UNSPECIFIED));
  }

  @Test
  void convictsOfAReceiptThatIsNone() {
    Signed order = lane.sign(lane.order());
    convicts(order, Signing.sign(Receipts.TAG, new byte[] {-1}, scenario.key("host0")), 1000);
  }

  @Test
  void leavesToTheJuryWhatOnlyRecomputingShows() {
    Signed order = lane.sign(lane.order());
    Receipt.Builder receipt = MarketLane.receipt(order, 990).setEnd(AnswerEnd.ANSWER_END_LENGTH);
    assertEquals(
        DisputeOutcome.DISPUTE_OUTCOME_UNSPECIFIED, challenged(order, lane.sign(receipt), 1000));
  }

  @Test
  void endsMadeUpOrdersAsNotShown() {
    // The host fills the lane with an order that it signed itself; the developer owes as much.
    Signed forged = play.newLane(lane.session(), "host0", "host0").sign(lane.order(1, 0));
    lane.log(forged, lane.sign(MarketLane.receipt(forged, 990)), 1000);
    play.advanceTo(1, 1);
    scenario.sendWell("host0", MarketPlay.settle(lane.settle()));
    play.advanceTo(1, 14);
    scenario.sendBadly(
        Refusal.BAD_PROOF, "host1", play.challenge("host1", 0, lane.challenge(1, 1)));
    scenario.sendWell(
        "host1",
        play.call(
            "host1",
            0,
            "host0",
            play.settlement(0, "host0").getDutiesList().stream()
                .filter(duty -> duty.getAuditor().equals(play.text("host1")))
                .findFirst()
                .orElseThrow()
                .getSamples(0)));
    play.advanceTo(1, 67);
    for (String juror : List.of("host2", "host3")) {
      scenario.sendBadly(
          Refusal.BAD_PROOF,
          juror,
          play.vote(juror, 1, MarketLane.answer(Hasher.of("any").finish(), 1), lane.shown(1, 1)));
      scenario.sendWell(juror, play.voteNotShown(juror, 1));
    }
    play.advanceTo(2, 13);
    assertTrue(scenario.convictions().isEmpty());
    assertEquals(Scenario.WEALTH, scenario.balance("alice"));
  }
}
