package exacta.ledger;

import exacta.crypto.Address;
import exacta.ledger.MarketTables.LaneKey;
import exacta.ledger.state.SettlementState;
import exacta.primitives.Amount;
import exacta.primitives.Digest32;
import exacta.protocol.Bounds;
import exacta.protocol.Wire;
import exacta.protocol.v1.LaneRecord;
import exacta.protocol.v1.MsgSettle;
import exacta.protocol.v1.Order;
import exacta.protocol.v1.SessionRecord;
import exacta.protocol.v1.SettledLane;
import java.util.List;
import java.util.Optional;

/** Settling lanes. Spec: market.md#settlement. */
final class SettlementRules {
  static final int LANES_MAX = 4096;

  /** So that a path of the log, and thus a challenge, fits into a message. */
  static final long ORDERS_MAX = 1L << Bounds.PATH_MAX;

  private final LedgerState state;
  private final MarketTables market;

  SettlementRules(LedgerState state) {
    this.state = state;
    this.market = state.market;
  }

  Verdict settle(MsgSettle settle) {
    long epoch = state.epoch() - 1;
    if (epoch < 0 || state.height() > state.timetable().receipts(epoch).settlementEnd()) {
      return Verdict.refused(Refusal.WRONG_TIME, "the settlement window is over");
    }
    Digest32 id = Wire.digest(settle.getSession());
    Optional<SessionRecord> session = market.sessions.get(id);
    if (session.isEmpty()) {
      return Verdict.refused(Refusal.SESSION_UNKNOWN, "there is no such session");
    }
    int lane = lane(session.get(), settle.getHost());
    if (lane < 0) {
      return Verdict.refused(Refusal.LANE_UNKNOWN, "the host has no lane in this session");
    }
    HostKey key = new HostKey(epoch, Address.ofText(settle.getHost()));
    SettlementState settlement =
        market.settlements.get(key).orElseGet(SettlementState::getDefaultInstance);
    if (market.settledLanes.has(new LaneKey(key, id))) {
      return Verdict.refused(Refusal.ALREADY_DONE, "the lane is settled in this window already");
    }
    if (settlement.getLanes() == LANES_MAX) {
      return Verdict.refused(
          Refusal.OUT_OF_BOUNDS, "a window has at most %d lanes of a host".formatted(LANES_MAX));
    }
    Optional<Verdict> refused = refuseUncovered(settle, session.get(), lane);
    if (refused.isPresent()) {
      return refused.get();
    }
    write(settle, session.get(), lane, key, settlement);
    return Verdict.accepted();
  }

  private static int lane(SessionRecord session, String host) {
    for (int i = 0; i < session.getLanesCount(); i++) {
      if (session.getLanes(i).getHost().equals(host)) {
        return i;
      }
    }
    return -1;
  }

  private Optional<Verdict> refuseUncovered(MsgSettle settle, SessionRecord session, int index) {
    LaneRecord lane = session.getLanes(index);
    if (settle.getSum() < 1 || settle.getLastNumber() <= lane.getSettledNumber()) {
      return Optional.of(
          Verdict.refused(
              Refusal.OUT_OF_BOUNDS,
              "a settlement has a sum, and orders after " + lane.getSettledNumber()));
    }
    if (settle.getLastNumber() - lane.getSettledNumber() > ORDERS_MAX) {
      return Optional.of(
          Verdict.refused(
              Refusal.OUT_OF_BOUNDS, "a log has at most %d orders".formatted(ORDERS_MAX)));
    }
    if (settle.getOpenCount() > state.parameters().getOpenOrdersMax() + 1) {
      return Optional.of(Verdict.refused(Refusal.OUT_OF_BOUNDS, "there are too many open orders"));
    }
    LaneIdentity identity =
        new LaneIdentity(
            state.chainId(),
            session.getSession(),
            session.getSessionKey(),
            Address.ofText(lane.getHost()));
    Optional<Order> newest = identity.order(settle.getNewestOrder());
    if (newest.isEmpty() || newest.get().getNumber() < settle.getLastNumber()) {
      return Optional.of(
          Verdict.refused(
              Refusal.BAD_ORDER, "newest_order is not an order of this lane up to last_number"));
    }
    Optional<List<Long>> costs =
        new OpenReceipts(identity, newest.get(), settle.getLastNumber())
            .costs(settle.getOpenList());
    if (costs.isEmpty()) {
      return Optional.of(
          Verdict.refused(Refusal.BAD_ORDER, "an open receipt does not count for this lane"));
    }
    return Coverage.holds(
            lane.getCap(),
            lane.getSettledSum(),
            settle.getSum(),
            newest.get().getAcknowledged(),
            costs.get())
        ? Optional.empty()
        : Optional.of(
            Verdict.refused(
                Refusal.NOT_COVERED,
                "%d settled before and %d now exceed the lane's cap or what was signed"
                    .formatted(lane.getSettledSum(), settle.getSum())));
  }

  private void write(
      MsgSettle settle, SessionRecord session, int index, HostKey key, SettlementState settlement) {
    LaneRecord lane = session.getLanes(index);
    Digest32 id = Wire.digest(session.getSession());
    market.sessions.put(
        id,
        session.toBuilder()
            .setLanes(
                index,
                lane.toBuilder()
                    .setSettledNumber(settle.getLastNumber())
                    .setSettledSum(lane.getSettledSum() + settle.getSum()))
            .build());
    market.settledLanes.put(
        new LaneKey(key, id),
        SettledLane.newBuilder()
            .setSession(session.getSession())
            .setFirstNumber(lane.getSettledNumber() + 1)
            .setLastNumber(settle.getLastNumber())
            .setRoot(settle.getRoot())
            .setSum(settle.getSum())
            .setDeveloper(session.getDeveloper())
            .setSessionKey(session.getSessionKey())
            .build());
    market.settlements.put(
        key,
        settlement.toBuilder()
            .setTotal(Math.addExact(settlement.getTotal(), settle.getSum()))
            .setLanes(settlement.getLanes() + 1)
            .build());
    state.bank.move(Purse.SESSIONS, Purse.HELD, new Amount(settle.getSum()));
  }
}
