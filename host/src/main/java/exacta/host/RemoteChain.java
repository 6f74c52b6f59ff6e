package exacta.host;

import exacta.chainclient.ChainClient;
import exacta.chainclient.Sender;
import exacta.chainclient.TransactionOutcome;
import exacta.crypto.PrivateKey;
import exacta.protocol.Message;
import exacta.protocol.v1.ChainParameters;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.QueryAuditsResponse;
import exacta.protocol.v1.QueryHostsResponse;
import exacta.protocol.v1.SessionRecord;
import exacta.protocol.v1.SprintRecord;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The chain behind its RPC, with one account that sends. The client is not closed with it. */
public final class RemoteChain implements HostChain {
  private final ChainClient client;
  private final Sender sender;

  public RemoteChain(ChainClient client, PrivateKey key) {
    this.client = client;
    this.sender = new Sender(client, key);
  }

  @Override
  public String chainId() {
    return client.chainId();
  }

  @Override
  public ChainParameters parameters() {
    return client.parameters();
  }

  @Override
  public long height() {
    return client.height();
  }

  @Override
  public long awaitHeight(long atLeast, Duration most) {
    return client.awaitHeight(atLeast, most);
  }

  @Override
  public QueryHostsResponse hosts() {
    return client.hosts();
  }

  @Override
  public Optional<SprintRecord> newestSprint() {
    return client.sprint(0);
  }

  @Override
  public Optional<SessionRecord> session(byte[] id) {
    return client.session(id);
  }

  @Override
  public QueryAuditsResponse audits(long epoch) {
    return client.audits(epoch);
  }

  @Override
  public List<DisputeRecord> openDisputes() {
    return client.disputes(true);
  }

  @Override
  public TransactionOutcome send(Message... messages) {
    return sender.send(messages);
  }
}
