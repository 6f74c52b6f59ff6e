package exacta.dashboard;

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

/**
 * What the chain said, all at about the same block.
 *
 * @param audits of the latest settled epochs, the newest first
 * @param paid the newest epoch whose fees were paid
 */
record ChainSnapshot(
    String chainId,
    ChainParameters parameters,
    QueryNetworkResponse network,
    List<HostRecord> hosts,
    List<ModelRecord> models,
    Optional<SprintRecord> sprint,
    List<QueryAuditsResponse> audits,
    Optional<PaidEpoch> paid,
    List<DisputeRecord> disputes,
    List<ConvictionRecord> convictions) {
  record PaidEpoch(long epoch, QueryPaymentsResponse payments) {}

  ChainSnapshot {
    hosts = List.copyOf(hosts);
    models = List.copyOf(models);
    audits = List.copyOf(audits);
    disputes = List.copyOf(disputes);
    convictions = List.copyOf(convictions);
  }
}
