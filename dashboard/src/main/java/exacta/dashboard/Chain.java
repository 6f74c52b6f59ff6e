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

/** The queries that the page needs. Each blocks, and throws if the chain does not answer. */
interface Chain {
  String chainId();

  ChainParameters parameters();

  QueryNetworkResponse network();

  List<HostRecord> hosts();

  List<ModelRecord> models();

  /** The newest, if there was one. */
  Optional<SprintRecord> sprint();

  QueryAuditsResponse audits(long epoch);

  QueryPaymentsResponse payments(long epoch);

  List<DisputeRecord> disputes();

  List<ConvictionRecord> convictions();
}
