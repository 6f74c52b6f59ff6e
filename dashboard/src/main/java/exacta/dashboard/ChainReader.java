package exacta.dashboard;

import exacta.protocol.v1.ChainParameters;
import exacta.protocol.v1.ModelRecord;
import exacta.protocol.v1.QueryAuditsResponse;
import exacta.protocol.v1.QueryNetworkResponse;
import exacta.protocol.v1.QueryPaymentsResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads the chain with as few queries as it can: one if there is no new block, and what cannot
 * change any more is asked for once. Used by one thread at a time.
 */
final class ChainReader {
  /** How many settled epochs the page looks back. */
  private static final int EPOCHS_KEPT = 4;

  private final Chain chain;
  private final TreeMap<Long, QueryAuditsResponse> finalAudits = new TreeMap<>();
  private Optional<ChainSnapshot> last = Optional.empty();

  ChainReader(Chain chain) {
    this.chain = chain;
  }

  ChainSnapshot read() {
    QueryNetworkResponse network = chain.network();
    if (last.isPresent() && last.get().network().equals(network)) {
      return last.get();
    }
    boolean newEpoch = last.isEmpty() || last.get().network().getEpoch() != network.getEpoch();
    ChainParameters parameters = newEpoch ? chain.parameters() : last.get().parameters();
    List<ModelRecord> models = newEpoch ? chain.models() : last.get().models();
    String chainId = last.map(ChainSnapshot::chainId).orElseGet(chain::chainId);
    ChainSnapshot now =
        new ChainSnapshot(
            chainId,
            parameters,
            network,
            chain.hosts(),
            models,
            chain.sprint(),
            audits(network.getEpoch()),
            newEpoch ? paid(network.getEpoch()) : last.flatMap(ChainSnapshot::paid),
            chain.disputes(),
            chain.convictions());
    last = Optional.of(now);
    return now;
  }

  /** In epoch e, that of e - 1 is in the making and those before are final. */
  private List<QueryAuditsResponse> audits(long epoch) {
    List<QueryAuditsResponse> audits = new ArrayList<>();
    for (long settled = epoch - 1; settled >= Math.max(0, epoch - EPOCHS_KEPT); settled--) {
      if (settled == epoch - 1) {
        audits.add(chain.audits(settled));
      } else {
        audits.add(finalAudits.computeIfAbsent(settled, chain::audits));
      }
    }
    finalAudits.headMap(epoch - EPOCHS_KEPT).clear();
    return audits;
  }

  /** Fees of e are paid in the last block of e + 1. */
  private Optional<ChainSnapshot.PaidEpoch> paid(long epoch) {
    if (epoch < 2) {
      return Optional.empty();
    }
    QueryPaymentsResponse payments = chain.payments(epoch - 2);
    return payments.getPaid()
        ? Optional.of(new ChainSnapshot.PaidEpoch(epoch - 2, payments))
        : Optional.empty();
  }
}
