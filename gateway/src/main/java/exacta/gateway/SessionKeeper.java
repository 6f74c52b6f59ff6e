package exacta.gateway;

import exacta.crypto.Address;
import exacta.crypto.PrivateKey;
import exacta.primitives.Amount;
import exacta.primitives.Digest32;
import exacta.primitives.Entropy;
import exacta.primitives.ExactaException;
import exacta.protocol.Bounds;
import exacta.protocol.v1.LaneRecord;
import exacta.protocol.v1.SessionRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * Sees to it that there is money where orders need it: a session that is not about to end, a lane
 * to every host that sells something, and something in each lane. It acts in {@link #tend}, which
 * somebody calls again and again. Safe for several threads. Spec: gateway.md#session.
 */
final class SessionKeeper implements AutoCloseable {
  /** A session with fewer epochs to go is followed by a new one. */
  static final int EPOCHS_LEFT_MIN = 3;

  /** Orders of an epoch are settled within the next; then nothing more comes for them. */
  private static final int EPOCHS_TO_SETTLE = 2;

  private final ChainPort chain;
  private final Path home;
  private final Amount laneFund;
  private final int sessionEpochs;
  private final SessionKeys keys;
  private final GatewayLog log;
  private final ReentrantLock tending = new ReentrantLock();
  private final Map<Digest32, OpenSession> sessions = new ConcurrentSkipListMap<>();
  private volatile MarketView market = MarketView.EMPTY;
  private volatile Optional<OpenSession> current = Optional.empty();
  private volatile long rounds;
  private boolean closed;

  SessionKeeper(ChainPort chain, GatewaySettings settings, Entropy entropy, GatewayLog log) {
    this.chain = chain;
    this.home = settings.home();
    this.laneFund = settings.laneFund();
    this.sessionEpochs = settings.sessionEpochs();
    this.keys = new SessionKeys(home.resolve("session-keys"), entropy);
    this.log = log;
  }

  /** The market as last seen. */
  MarketView market() {
    return market;
  }

  /** The session that new orders belong to. */
  Optional<OpenSession> session() {
    return current.filter(session -> session.lastEpoch() >= market.epoch());
  }

  /** Waits for the next block, then does what there is to do. */
  void refresh(Duration most) {
    long before = rounds;
    chain.awaitBlockAfter(market.height(), most);
    tending.lock();
    try {
      if (rounds == before) {
        tend();
      }
    } finally {
      tending.unlock();
    }
  }

  /**
   * Looks at the chain and does what there is to do.
   *
   * @throws ExactaException if the chain cannot be reached or refuses something
   */
  void tend() {
    tending.lock();
    try {
      if (closed) {
        return;
      }
      market = chain.market();
      List<SessionRecord> records = adopt();
      if (current.isEmpty() || current.get().lastEpoch() - market.epoch() < EPOCHS_LEFT_MIN) {
        open(records);
        adopt();
      }
      if (session().isPresent()) {
        fill(session().get());
      }
      dropEnded();
      log.troubleOver();
    } finally {
      rounds++;
      tending.unlock();
    }
  }

  /** Takes over what the chain says of our sessions. */
  private List<SessionRecord> adopt() {
    List<SessionRecord> records = chain.sessions();
    for (SessionRecord record : records) {
      Optional<PrivateKey> key = keys.find(record.getSessionKey().toByteArray());
      if (key.isPresent() && record.getLastEpoch() + EPOCHS_TO_SETTLE >= market.epoch()) {
        Digest32 id = Digest32.of(record.getSession().toByteArray());
        OpenSession session =
            sessions.computeIfAbsent(
                id, unknown -> OpenSession.of(id, key.get(), record.getLastEpoch()));
        record.getLanesList().forEach(lane -> adopt(session, lane));
      }
    }
    current = sessions.values().stream().max(Comparator.comparingLong(OpenSession::lastEpoch));
    return records;
  }

  private void adopt(OpenSession session, LaneRecord record) {
    Optional<Address> host = Address.parse(record.getHost());
    if (host.isEmpty()) {
      return;
    }
    try {
      Lane lane =
          session.lanes().computeIfAbsent(host.get(), address -> openLane(session, address));
      lane.cap(record.getCap());
      lane.ledger().settled(record.getSettledNumber(), record.getSettledSum());
    } catch (ExactaException e) {
      log.laneUnusable(host.get(), e.getMessage());
    }
  }

  private Lane openLane(OpenSession session, Address host) {
    Path file = home.resolve("lanes").resolve(session.id().toHex()).resolve(host + ".log");
    return new Lane(host, LaneLedger.open(file), 0);
  }

  private void open(List<SessionRecord> records) {
    SortedMap<Address, Amount> lanes = new TreeMap<>();
    sellers().forEach(seller -> lanes.put(seller.address(), laneFund));
    if (lanes.isEmpty()) {
      return;
    }
    SortedMap<Address, Amount> affordable = affordable(lanes);
    Set<String> used =
        records.stream()
            .map(record -> HexFormat.of().formatHex(record.getSessionKey().toByteArray()))
            .collect(Collectors.toSet());
    long lastEpoch = market.epoch() + sessionEpochs;
    PrivateKey key = keys.unused(used);
    chain.openSession(key.publicKey(), lastEpoch, affordable);
    log.sessionOpened(key.publicKey(), lastEpoch, affordable.size());
  }

  /** Those who sell a listed model, heaviest first, as many as a session has lanes. */
  private List<Seller> sellers() {
    Set<Digest32> listed =
        market.listings().stream().map(Listing::root).collect(Collectors.toSet());
    return market.sellers().stream()
        .filter(seller -> seller.offers().keySet().stream().anyMatch(listed::contains))
        .sorted(Comparator.comparingLong(Seller::weight).reversed())
        .limit(Bounds.LANES_MAX)
        .toList();
  }

  private void fill(OpenSession session) {
    SortedMap<Address, Amount> wanted = new TreeMap<>();
    for (Seller seller : sellers()) {
      long remaining = session.lane(seller.address()).map(Lane::remaining).orElse(0L);
      if (remaining < laneFund.nanoCoins() / 2) {
        wanted.put(
            seller.address(), Amount.ofNano(Math.subtractExact(laneFund.nanoCoins(), remaining)));
      }
    }
    if (wanted.isEmpty()) {
      return;
    }
    SortedMap<Address, Amount> added = affordable(wanted);
    chain.topUp(session.id(), added);
    added.forEach(log::toppedUp);
    adopt();
  }

  /** As much of it as the account can pay, in equal parts if not all. */
  private SortedMap<Address, Amount> affordable(SortedMap<Address, Amount> wanted) {
    Amount balance = chain.balance();
    Amount total = wanted.values().stream().reduce(Amount.ZERO, Amount::plus);
    if (total.compareTo(balance) <= 0) {
      return wanted;
    }
    Amount part = balance.share(1, wanted.size());
    if (part.isZero()) {
      throw ExactaException.error(
          "the gateway's account has %s left, too little to pay hosts; send it some"
              .formatted(balance));
    }
    SortedMap<Address, Amount> parts = new TreeMap<>();
    wanted.forEach((host, amount) -> parts.put(host, amount.min(part)));
    return parts;
  }

  private void dropEnded() {
    for (OpenSession session : List.copyOf(sessions.values())) {
      if (session.lastEpoch() + EPOCHS_TO_SETTLE < market.epoch()) {
        sessions.remove(session.id());
        session.close();
      }
    }
  }

  /** What the orders from one to the one before another cost together, if our books say. */
  OptionalLong costBetween(Digest32 session, Address host, long from, long to) {
    return Optional.ofNullable(sessions.get(session))
        .flatMap(open -> open.lane(host))
        .map(lane -> lane.ledger().costBetween(from, to))
        .orElse(OptionalLong.empty());
  }

  @Override
  public void close() {
    tending.lock();
    try {
      closed = true;
      sessions.values().forEach(OpenSession::close);
    } finally {
      tending.unlock();
    }
  }
}
