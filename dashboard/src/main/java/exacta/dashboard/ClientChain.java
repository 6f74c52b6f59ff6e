package exacta.dashboard;

import exacta.chainclient.ChainClient;
import exacta.protocol.v1.ChainParameters;
import exacta.protocol.v1.ConvictionRecord;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.HostRecord;
import exacta.protocol.v1.ModelRecord;
import exacta.protocol.v1.QueryAuditsResponse;
import exacta.protocol.v1.QueryNetworkResponse;
import exacta.protocol.v1.QueryPaymentsResponse;
import exacta.protocol.v1.SprintRecord;
import java.util.List;
import java.util.Optional;

/** The real chain, over its RPC. */
record ClientChain(ChainClient client) implements Chain {
  @Override
  public String chainId() {
    return client.chainId();
  }

  @Override
  public ChainParameters parameters() {
    return client.parameters();
  }

  @Override
  public QueryNetworkResponse network() {
    return client.network();
  }

  @Override
  public List<HostRecord> hosts() {
    return client.hosts().getHostsList();
  }

  @Override
  public List<ModelRecord> models() {
    return client.models().getModelsList();
  }

  @Override
  public Optional<SprintRecord> sprint() {
    return client.sprint(0);
  }

  @Override
  public QueryAuditsResponse audits(long epoch) {
    return client.audits(epoch);
  }

  @Override
  public QueryPaymentsResponse payments(long epoch) {
    return client.payments(epoch);
  }

  @Override
  public List<DisputeRecord> disputes() {
    return client.disputes(false);
  }

  @Override
  public List<ConvictionRecord> convictions() {
    return client.convictions();
  }
}
