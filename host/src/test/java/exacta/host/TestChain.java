package exacta.host;

import com.google.protobuf.ByteString;
import exacta.chainclient.TransactionOutcome;
import exacta.crypto.Address;
import exacta.crypto.PublicKey;
import exacta.primitives.Digest32;
import exacta.protocol.Message;
import exacta.protocol.v1.Ask;
import exacta.protocol.v1.ChainParameters;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.HostRecord;
import exacta.protocol.v1.LaneRecord;
import exacta.protocol.v1.QueryAuditsResponse;
import exacta.protocol.v1.QueryHostsResponse;
import exacta.protocol.v1.SessionRecord;
import exacta.protocol.v1.SprintRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A chain in memory that says what a test told it, and keeps what it was sent. */
final class TestChain implements HostChain {
  static final String CHAIN_ID = "exacta-test";

  final ChainParameters parameters =
      ChainParameters.newBuilder()
          .setEpochBlocks(120)
          .setBlockIntervalMillis(500)
          .setSettlementBlocks(12)
          .setReceiptAuditBlocks(36)
          .setReceiptAnswerBlocks(16)
          .setOpenOrdersMax(4)
          .setPartialTokens(8)
          .setSprintDim(64)
          .setSprintLayers(2)
          .setSprintLength(4)
          .build();

  private final Map<String, HostRecord> hosts = new TreeMap<>();
  private final Map<ByteString, SessionRecord> sessions = new HashMap<>();
  private final Map<Long, QueryAuditsResponse> audits = new HashMap<>();
  private final List<DisputeRecord> disputes = new ArrayList<>();
  private final List<Message> sent = new ArrayList<>();
  private Optional<SprintRecord> sprint = Optional.empty();
  private Optional<String> refusal = Optional.empty();
  private long height = 1;

  synchronized void height(long newest) {
    height = newest;
    notifyAll();
  }

  synchronized void host(Address address, int port, Ask ask) {
    hosts.put(
        address.toString(),
        HostRecord.newBuilder()
            .setAddress(address.toString())
            .setUrl("http://127.0.0.1:" + port)
            .addAsks(ask)
            .setRegistered(true)
            .build());
  }

  synchronized void session(ByteString id, PublicKey key, long lastEpoch, Address host, long cap) {
    sessions.put(
        id,
        SessionRecord.newBuilder()
            .setSession(id)
            .setSessionKey(ByteString.copyFrom(key.toBytes()))
            .setLastEpoch(lastEpoch)
            .addLanes(LaneRecord.newBuilder().setHost(host.toString()).setCap(cap))
            .build());
  }

  synchronized void session(SessionRecord record) {
    sessions.put(record.getSession(), record);
  }

  synchronized void sprint(SprintRecord record) {
    sprint = Optional.of(record);
  }

  synchronized void audits(QueryAuditsResponse record) {
    audits.put(record.getEpoch(), record);
  }

  synchronized void dispute(DisputeRecord record) {
    disputes.add(record);
  }

  /** What is sent from now on is refused. */
  synchronized void refuse(String reason) {
    refusal = Optional.of(reason);
  }

  synchronized List<Message> sent() {
    return List.copyOf(sent);
  }

  /** All that were sent of one kind. */
  <T extends Message> List<T> sent(Class<T> kind) {
    return sent().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  @Override
  public String chainId() {
    return CHAIN_ID;
  }

  @Override
  public ChainParameters parameters() {
    return parameters;
  }

  @Override
  public synchronized long height() {
    return height;
  }

  @Override
  public synchronized long awaitHeight(long atLeast, Duration most) {
    try {
      if (height < atLeast) {
        wait(most.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return height;
  }

  @Override
  public synchronized QueryHostsResponse hosts() {
    return QueryHostsResponse.newBuilder().addAllHosts(hosts.values()).build();
  }

  @Override
  public synchronized Optional<SprintRecord> newestSprint() {
    return sprint;
  }

  @Override
  public synchronized Optional<SessionRecord> session(byte[] id) {
    return Optional.ofNullable(sessions.get(ByteString.copyFrom(id)));
  }

  @Override
  public synchronized QueryAuditsResponse audits(long epoch) {
    return audits.getOrDefault(epoch, QueryAuditsResponse.newBuilder().setEpoch(epoch).build());
  }

  @Override
  public synchronized List<DisputeRecord> openDisputes() {
    return List.copyOf(disputes);
  }

  @Override
  public synchronized TransactionOutcome send(Message... messages) {
    if (refusal.isPresent()) {
      return new TransactionOutcome(Digest32.ZERO, 0, 9, "exacta", refusal.get(), new byte[0]);
    }
    sent.addAll(List.of(messages));
    return new TransactionOutcome(Digest32.ZERO, height + 1, 0, "exacta", "", new byte[0]);
  }
}
