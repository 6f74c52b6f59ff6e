package exacta.host;

import com.google.protobuf.ByteString;
import exacta.crypto.Address;
import exacta.protocol.v1.Ask;
import exacta.protocol.v1.ChainParameters;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.HostRecord;
import exacta.protocol.v1.QueryAuditsResponse;
import exacta.protocol.v1.SprintRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The chain as of its newest block that this host knows. What it says is asked for once a block,
 * however many duties and orders want to know it. Safe for several threads.
 */
final class ChainView {
  /** An answer and the block as of which it was asked for. */
  private record Answer(long height, Object value) {}

  private final HostChain chain;
  private final String chainId;
  private final ChainParameters parameters;
  private final Map<String, Answer> answers = new HashMap<>();
  private final Object news = new Object();
  private volatile long height;

  ChainView(HostChain chain) {
    this.chain = chain;
    chainId = chain.chainId();
    parameters = chain.parameters();
    height = chain.height();
  }

  void advance(long newest) {
    synchronized (news) {
      height = Math.max(height, newest);
      news.notifyAll();
    }
  }

  /** Waits until this host knows of a block. */
  void await(long block) throws InterruptedException {
    synchronized (news) {
      while (height < block) {
        news.wait();
      }
    }
  }

  HostChain chain() {
    return chain;
  }

  String chainId() {
    return chainId;
  }

  ChainParameters parameters() {
    return parameters;
  }

  /** The newest block; what is sent now is in the next one at the earliest. */
  long height() {
    return height;
  }

  /** About how long it takes until this block; nothing if it is there. */
  Duration until(long block) {
    long blocks = Math.max(0, block - height);
    return Duration.ofMillis(parameters.getBlockIntervalMillis()).multipliedBy(blocks);
  }

  /** The epoch of the next block. */
  long epoch() {
    return height / parameters.getEpochBlocks();
  }

  /** The last block of the epoch's settlement window, which lies in the epoch after it. */
  long settlementEnd(long epoch) {
    return (epoch + 1) * parameters.getEpochBlocks() + parameters.getSettlementBlocks();
  }

  Optional<HostRecord> host(String address) {
    return hosts().stream().filter(host -> host.getAddress().equals(address)).findFirst();
  }

  /** What a host announced for a model; empty if it does not sell it. */
  Optional<Ask> ask(Address host, ByteString model) {
    return host(host.toString()).stream()
        .flatMap(record -> record.getAsksList().stream())
        .filter(ask -> ask.getModel().equals(model))
        .findFirst();
  }

  private List<HostRecord> hosts() {
    return ask("hosts", () -> chain.hosts().getHostsList());
  }

  Optional<SprintRecord> newestSprint() {
    return ask("sprint", chain::newestSprint);
  }

  QueryAuditsResponse audits(long epoch) {
    return ask("audits " + epoch, () -> chain.audits(epoch));
  }

  List<DisputeRecord> openDisputes() {
    return ask("disputes", chain::openDisputes);
  }

  @SuppressWarnings("unchecked") // one key, one type
  private synchronized <T> T ask(String key, Supplier<T> query) {
    Answer known = answers.get(key);
    long now = height;
    if (known == null || known.height() != now) {
      answers.values().removeIf(answer -> answer.height() != now);
      known = new Answer(now, query.get());
      answers.put(key, known);
    }
    return (T) known.value();
  }
}
