package exacta.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import exacta.primitives.Hasher;
import exacta.protocol.Wire;
import exacta.protocol.v1.MsgSettle;
import exacta.protocol.v1.Order;
import exacta.protocol.v1.OrderReceipt;
import exacta.protocol.v1.Receipt;
import exacta.protocol.v1.SettlementRecord;
import exacta.protocol.v1.Signed;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SettlementTest {
  private final MarketStory story = new MarketStory();
  private final MarketPlay play = story.play;
  private final Scenario scenario = play.scenario;

  @Test
  void settlesWhatTheDeveloperSignedFor() {
    story.tell(
        """
        open S1 alice last 9 host0=1000 host2=500    -> accepted
        settle S1 host0 last 1 sum 1                 -> wrong_time
        order S1 host2 seq 1 tokens 90
        order S1 host2 seq 2 empty
        order S1 host2 seq 3 tokens 0
        order S1 host2 seq 4 tokens 40
        order S1 host0 seq 1 tokens 5
        at 1 1
        settle S1 host2 acknowledged 149             -> not_covered
        settle S1 host2 sum 501 acknowledged 900     -> not_covered
        settle S1 host2 sum 0                        -> out_of_bounds
        settle S1 host2 last 6                       -> bad_order
        settle S1 host2 acknowledged 100 open 4      -> bad_order
        settle S1 host2 acknowledged 100 names 4 open 4,4 -> bad_order
        settle S1 host2 acknowledged 99 names 4 open 4 -> not_covered
        settle S1 host2 acknowledged 100 names 4 open 4 last 3 -> bad_order
        settle S1 host2 acknowledged 100 names 1,4 open 4 -> accepted
        settle S1 host2 sum 1                        -> already_done
        lane S1 host2 cap 500 settled 4 sum 150
        settle S1 host0                              -> accepted
        at 1 13
        settle S1 host0 last 2 sum 1                 -> wrong_time
        """);
    SettlementRecord settlement = play.settlement(0, "host2");
    assertEquals(150, settlement.getTotal());
    assertEquals(1, settlement.getLanes(0).getFirstNumber());
    assertEquals(4, settlement.getLanes(0).getLastNumber());
    assertEquals(150, settlement.getLanes(0).getSum());
    assertEquals(play.text("alice"), settlement.getLanes(0).getDeveloper());
    assertEquals(165, scenario.network().getSupply().getHeld());
  }

  @Test
  void settlesAMissedLaneAnEpochLaterAndNoOrderTwice() {
    story.tell(
        """
        open S1 alice last 9 host0=160               -> accepted
        order S1 host0 seq 1 tokens 40
        at 2 1
        order S1 host0 seq 2 tokens 40
        settle S1 host0                              -> accepted
        lane S1 host0 cap 160 settled 2 sum 100
        at 3 1
        settle S1 host0 last 2 sum 10 acknowledged 200 -> out_of_bounds
        order S1 host0 seq 3 tokens 50
        settle S1 host0 acknowledged 159             -> not_covered
        settle S1 host0                              -> accepted
        lane S1 host0 cap 160 settled 3 sum 160
        at 4 1
        order S1 host0 seq 4 tokens 1
        settle S1 host0                              -> not_covered
        """);
    assertEquals(1, play.audits(1).getSettlementsCount());
    assertEquals(0, play.audits(0).getSettlementsCount());
    assertEquals(3, play.audits(2).getSettlements(0).getLanes(0).getFirstNumber());
  }

  @Test
  void refusesOrdersThatAreNotOfTheLane() {
    ByteString session = play.open("alice", "k", 9, Map.of("host0", 1000L, "host1", 1000L));
    ByteString other = play.open("alice", "k", 9, Map.of("host0", 1000L));
    MarketLane lane = play.lane(session, "host0");
    lane.serve(90);
    play.advanceTo(1, 1);
    refusedNewest(lane, order -> order.setChainId("other-chain"));
    refusedNewest(lane, order -> order.setSession(other));
    refusedNewest(lane, order -> order.setHost(Wire.bytes(scenario.address("host1"))));
    refusedNewest(lane, order -> order.setAcknowledged(-1));
    refusedNewest(lane, order -> order.setPromptCount(0));
    Signed newest = lane.sign(lane.order(2, 100));
    Signed byHost = play.newLane(session, "host0", "host0").sign(lane.order(2, 100));
    Signed stolen = byHost.toBuilder().setPublicKey(newest.getPublicKey()).build();
    Signed changed = newest.toBuilder().setBody(lane.order(2, 101).build().toByteString()).build();
    for (Signed forged : new Signed[] {byHost, stolen, changed}) {
      scenario.sendBadly(
          Refusal.BAD_ORDER, "host0", MarketPlay.settle(lane.settle().setNewestOrder(forged)));
    }
    MsgSettle.Builder asHost1 = lane.settle().setHost(play.text("host1"));
    scenario.sendBadly(Refusal.BAD_ORDER, "host1", MarketPlay.settle(asHost1));
    MsgSettle.Builder asHost2 = lane.settle().setHost(play.text("host2"));
    scenario.sendBadly(Refusal.LANE_UNKNOWN, "host2", MarketPlay.settle(asHost2));
    MsgSettle.Builder unknown = lane.settle().setSession(Wire.bytes(Hasher.of("nowhere").finish()));
    scenario.sendBadly(Refusal.SESSION_UNKNOWN, "host0", MarketPlay.settle(unknown));
    scenario.sendWell("host0", MarketPlay.settle(lane.settle()));
  }

  private void refusedNewest(MarketLane lane, Consumer<Order.Builder> change) {
    Order.Builder order = lane.order(lane.lastNumber() + 1, lane.sum());
    change.accept(order);
    scenario.sendBadly(
        Refusal.BAD_ORDER,
        "host0",
        MarketPlay.settle(lane.settle().setNewestOrder(lane.sign(order))));
  }

  @Test
  void refusesOpenReceiptsThatDoNotCount() {
    ByteString session = play.open("alice", "k", 9, Map.of("host0", 1000L));
    MarketLane lane = play.lane(session, "host0");
    lane.serve(90);
    play.advanceTo(1, 1);
    Signed order = lane.item(1).order();
    refusedOpen(lane, order, lane.sign(MarketLane.receipt(order, 90).setCost(101)));
    refusedOpen(lane, order, lane.sign(MarketLane.receipt(order, 91).setCost(100)));
    refusedOpen(lane, order, lane.sign(MarketLane.receipt(lane.sign(lane.order(2, 0)), 90)));
    Receipt.Builder long1 = MarketLane.receipt(order, 1_000_001).setCost(1_000_011);
    refusedOpen(lane, order, lane.sign(long1));
    refusedOpen(
        lane, order, play.newLane(session, "k", "host1").sign(MarketLane.receipt(order, 90)));
    Signed unsigned =
        lane.item(1).receipt().orElseThrow().toBuilder().setBody(order.getBody()).build();
    refusedOpen(lane, order, unsigned);
    Signed newest = lane.sign(lane.order(2, 0).addOpen(1));
    scenario.sendWell(
        "host0", MarketPlay.settle(lane.settle().setNewestOrder(newest).addOpen(lane.open(1))));
  }

  private void refusedOpen(MarketLane lane, Signed order, Signed receipt) {
    Signed newest = lane.sign(lane.order(2, 0).addOpen(1));
    scenario.sendBadly(
        Refusal.BAD_ORDER,
        "host0",
        MarketPlay.settle(
            lane.settle()
                .setNewestOrder(newest)
                .addOpen(OrderReceipt.newBuilder().setOrder(order).setReceipt(receipt))));
  }

  @Test
  void refusesALogWhosePathsFitIntoNoMessage() {
    ByteString session = play.open("alice", "k", 9, Map.of("host0", 1000L));
    MarketLane lane = play.lane(session, "host0");
    lane.serve(90);
    play.advanceTo(1, 1);
    Signed newest = lane.sign(lane.order(Long.MAX_VALUE, 100));
    MsgSettle.Builder settle = lane.settle().setNewestOrder(newest);
    for (long last : new long[] {Long.MAX_VALUE, (1L << 40) + 1}) {
      scenario.sendBadly(
          Refusal.OUT_OF_BOUNDS, "host0", MarketPlay.settle(settle.setLastNumber(last)));
    }
    scenario.sendWell("host0", MarketPlay.settle(settle.setLastNumber(1L << 40)));
  }

  @Test
  void coversTheNewestOrderByItsOwnReceipt() {
    ByteString session = play.open("alice", "k", 9, Map.of("host0", 1000L));
    MarketLane lane = play.lane(session, "host0");
    lane.serve(90);
    play.advanceTo(1, 1);
    scenario.sendWell(
        "host0",
        MarketPlay.settle(
            lane.settle().setNewestOrder(lane.item(1).order()).addOpen(lane.open(1))));
  }
}
