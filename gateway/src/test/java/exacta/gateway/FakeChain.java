package exacta.gateway;

import com.google.protobuf.ByteString;
import exacta.crypto.Address;
import exacta.crypto.PublicKey;
import exacta.primitives.Amount;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.primitives.Hasher;
import exacta.protocol.v1.HostRecord;
import exacta.protocol.v1.LaneRecord;
import exacta.protocol.v1.ModelRecord;
import exacta.protocol.v1.SessionRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The chain's part that a gateway sees, in memory. */
final class FakeChain implements ChainPort {
  private final Map<Digest32, SessionRecord.Builder> sessions = new LinkedHashMap<>();
  private final Map<String, HostRecord> hosts = new TreeMap<>();
  private final List<ModelRecord> models = new ArrayList<>();
  private Amount balance = Amount.ofCoins(1000);
  private long height = 1;
  private long epoch = 5;
  private boolean down;
  private int waits;

  @Override
  public String chainId() {
    return "test-1";
  }

  @Override
  public int openOrdersMax() {
    return 256;
  }

  synchronized void host(HostRecord record) {
    hosts.put(record.getAddress(), record);
  }

  synchronized void removeHost(Address address) {
    hosts.remove(address.toString());
  }

  synchronized void model(ModelRecord record) {
    models.add(record);
  }

  synchronized void epoch(long number) {
    epoch = number;
  }

  synchronized void balance(Amount amount) {
    balance = amount;
  }

  synchronized void down(boolean now) {
    down = now;
  }

  /** How often somebody waited for a block. */
  synchronized int waits() {
    return waits;
  }

  /** Settles a host's lanes. */
  synchronized void settle(Address host, long number, long sum) {
    for (SessionRecord.Builder session : sessions.values()) {
      for (LaneRecord.Builder lane : session.getLanesBuilderList()) {
        if (lane.getHost().equals(host.toString())) {
          lane.setSettledNumber(number).setSettledSum(sum);
        }
      }
    }
  }

  @Override
  public synchronized MarketView market() {
    if (down) {
      throw ExactaException.error("the chain is down");
    }
    return new MarketView(
        height,
        epoch,
        hosts.values().stream().map(Seller::of).flatMap(Optional::stream).toList(),
        models.stream().map(Listing::of).flatMap(Optional::stream).toList());
  }

  @Override
  public synchronized List<SessionRecord> sessions() {
    return sessions.values().stream().map(SessionRecord.Builder::build).toList();
  }

  @Override
  public synchronized Amount balance() {
    return balance;
  }

  @Override
  public synchronized void openSession(
      PublicKey sessionKey, long lastEpoch, SortedMap<Address, Amount> lanes) {
    Digest32 id = Hasher.of("test-session").integer(sessions.size()).finish();
    sessions.put(
        id,
        SessionRecord.newBuilder()
            .setSession(ByteString.copyFrom(id.toBytes()))
            .setSessionKey(ByteString.copyFrom(sessionKey.toBytes()))
            .setLastEpoch(lastEpoch));
    topUp(id, lanes);
  }

  @Override
  public synchronized void topUp(Digest32 session, SortedMap<Address, Amount> lanes) {
    SessionRecord.Builder record = sessions.get(session);
    lanes.forEach((host, amount) -> {
      balance = balance.minus(amount);
      lane(record, host).setCap(lane(record, host).getCap() + amount.nanoCoins());
    });
  }

  private static LaneRecord.Builder lane(SessionRecord.Builder session, Address host) {
    return session.getLanesBuilderList().stream()
        .filter(lane -> lane.getHost().equals(host.toString()))
        .findFirst()
        .orElseGet(() -> session.addLanesBuilder().setHost(host.toString()));
  }

  @Override
  public synchronized void awaitBlockAfter(long before, Duration most) {
    waits++;
    height = Math.max(height, before + 1);
  }
}
