package exacta.ledger;

import exacta.crypto.Address;
import exacta.ledger.MarketTables.EndKey;
import exacta.ledger.MarketTables.OwnedKey;
import exacta.ledger.state.HostState;
import exacta.ledger.state.SessionIndex;
import exacta.primitives.Amount;
import exacta.primitives.Digest32;
import exacta.protocol.Bounds;
import exacta.protocol.Sessions;
import exacta.protocol.Wire;
import exacta.protocol.v1.LaneCap;
import exacta.protocol.v1.LaneRecord;
import exacta.protocol.v1.MsgCloseSession;
import exacta.protocol.v1.MsgOpenSession;
import exacta.protocol.v1.MsgTopUpSession;
import exacta.protocol.v1.SessionRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Opening, topping up and closing sessions. Spec: market.md#session. */
final class SessionRules {
  static final int SESSIONS_MAX = 64;
  static final long EPOCHS_MAX = 10_000;

  private final LedgerState state;
  private final MarketTables market;

  SessionRules(LedgerState state) {
    this.state = state;
    this.market = state.market;
  }

  Verdict open(MsgOpenSession open, long sequence) {
    Address developer = Address.ofText(open.getDeveloper());
    Digest32 id = Sessions.id(state.chainId(), developer, sequence);
    long epoch = state.epoch();
    if (market.sessions.has(id)) {
      return Verdict.refused(Refusal.ALREADY_DONE, "a transaction opens one session");
    }
    if (open.getLastEpoch() < epoch || open.getLastEpoch() - epoch > EPOCHS_MAX) {
      return Verdict.refused(
          Refusal.OUT_OF_BOUNDS,
          "the last epoch must be from %d to %d later".formatted(epoch, EPOCHS_MAX));
    }
    if (market.sessionsOwned.rows(developer.toBytes(), SESSIONS_MAX).size() == SESSIONS_MAX) {
      return Verdict.refused(
          Refusal.OUT_OF_BOUNDS, "a developer has at most %d sessions".formatted(SESSIONS_MAX));
    }
    Optional<Verdict> refused = pay(developer, open.getLanesList());
    if (refused.isPresent()) {
      return refused.get();
    }
    SessionRecord session =
        SessionRecord.newBuilder()
            .setSession(Wire.bytes(id))
            .setDeveloper(open.getDeveloper())
            .setSessionKey(open.getSessionKey())
            .setLastEpoch(open.getLastEpoch())
            .addAllLanes(raised(List.of(), open.getLanesList()))
            .build();
    SessionIndex index = SessionIndex.newBuilder().setSession(Wire.bytes(id)).build();
    market.sessions.put(id, session);
    market.sessionsOwned.put(new OwnedKey(developer, id), index);
    market.sessionEnds.put(new EndKey(open.getLastEpoch(), id), index);
    return Verdict.opened(id);
  }

  Verdict topUp(MsgTopUpSession topUp) {
    Digest32 id = Wire.digest(topUp.getSession());
    Optional<SessionRecord> found = market.sessions.get(id);
    Optional<Verdict> refused = refuseUnlessOpen(found, topUp.getDeveloper());
    if (refused.isPresent()) {
      return refused.get();
    }
    refused = pay(Address.ofText(topUp.getDeveloper()), topUp.getLanesList());
    if (refused.isPresent()) {
      return refused.get();
    }
    List<LaneRecord> lanes = raised(found.orElseThrow().getLanesList(), topUp.getLanesList());
    if (lanes.size() > Bounds.LANES_MAX) {
      return Verdict.refused(
          Refusal.OUT_OF_BOUNDS, "a session has at most %d lanes".formatted(Bounds.LANES_MAX));
    }
    market.sessions.put(
        id, found.orElseThrow().toBuilder().clearLanes().addAllLanes(lanes).build());
    return Verdict.accepted();
  }

  Verdict close(MsgCloseSession close) {
    Digest32 id = Wire.digest(close.getSession());
    Optional<SessionRecord> found = market.sessions.get(id);
    Optional<Verdict> refused = refuseUnlessOpen(found, close.getDeveloper());
    if (refused.isPresent()) {
      return refused.get();
    }
    SessionRecord session = found.orElseThrow();
    long lastEpoch = state.epoch() + 1;
    if (session.getLastEpoch() <= lastEpoch) {
      return Verdict.refused(
          Refusal.ALREADY_DONE, "the session ends with epoch " + session.getLastEpoch());
    }
    market.sessions.put(id, session.toBuilder().setLastEpoch(lastEpoch).build());
    market.sessionEnds.delete(new EndKey(session.getLastEpoch(), id));
    market.sessionEnds.put(
        new EndKey(lastEpoch, id),
        SessionIndex.newBuilder().setSession(close.getSession()).build());
    return Verdict.accepted();
  }

  private Optional<Verdict> refuseUnlessOpen(Optional<SessionRecord> session, String developer) {
    if (session.isEmpty()) {
      return Optional.of(Verdict.refused(Refusal.SESSION_UNKNOWN, "there is no such session"));
    }
    if (!session.get().getDeveloper().equals(developer)) {
      return Optional.of(
          Verdict.refused(Refusal.UNAUTHORIZED, "the session belongs to another developer"));
    }
    if (session.get().getLastEpoch() < state.epoch()) {
      return Optional.of(
          Verdict.refused(
              Refusal.SESSION_ENDED, "it ended with epoch " + session.get().getLastEpoch()));
    }
    return Optional.empty();
  }

  /** Takes the caps from the developer's balance, or says why not. */
  private Optional<Verdict> pay(Address developer, List<LaneCap> caps) {
    Set<String> hosts = new TreeSet<>();
    Amount sum = Amount.ZERO;
    for (LaneCap cap : caps) {
      if (!hosts.add(cap.getHost())) {
        return Optional.of(
            Verdict.refused(Refusal.OUT_OF_BOUNDS, cap.getHost() + " is named twice"));
      }
      if (!state
          .hosts
          .get(Address.ofText(cap.getHost()))
          .map(HostState::getRegistered)
          .orElse(false)) {
        return Optional.of(
            Verdict.refused(Refusal.HOST_UNKNOWN, cap.getHost() + " is not a registered host"));
      }
      // The message's form says that all of them fit.
      sum = sum.plus(new Amount(cap.getAmount()));
    }
    if (!state.bank.canPay(developer, sum)) {
      return Optional.of(
          Verdict.refused(
              Refusal.INSUFFICIENT_FUNDS,
              "%s is needed, there is %s".formatted(sum, state.bank.balance(developer))));
    }
    state.bank.pay(developer, Purse.SESSIONS, sum);
    return Optional.empty();
  }

  /** The lanes with what is added to them, new ones behind. */
  private static List<LaneRecord> raised(List<LaneRecord> lanes, List<LaneCap> caps) {
    List<LaneRecord> raised = new ArrayList<>(lanes);
    for (LaneCap cap : caps) {
      int at = 0;
      while (at < raised.size() && !raised.get(at).getHost().equals(cap.getHost())) {
        at++;
      }
      if (at == raised.size()) {
        raised.add(LaneRecord.newBuilder().setHost(cap.getHost()).build());
      }
      LaneRecord lane = raised.get(at);
      // All of it was paid, so it is at most the supply.
      long sum = Math.addExact(lane.getCap(), cap.getAmount());
      raised.set(at, lane.toBuilder().setCap(sum).build());
    }
    return raised;
  }
}
