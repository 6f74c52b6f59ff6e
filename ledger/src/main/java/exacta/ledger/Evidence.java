package exacta.ledger;

import com.google.protobuf.ByteString;
import exacta.ledger.MarketTables.LaneKey;
import exacta.primitives.Digest32;
import exacta.protocol.Wire;
import exacta.protocol.v1.SettledLane;
import exacta.protocol.v1.Signed;
import exacta.protocol.v1.SumNode;
import java.util.List;
import java.util.Optional;

/** Holds what is said about receipts against what was settled. Spec: market.md#lie. */
final class Evidence {
  private final LedgerState state;

  Evidence(LedgerState state) {
    this.state = state;
  }

  /** Finds the order and its receipt in the log; empty if they are not there. */
  Optional<LoggedReceipt> locate(
      HostKey settlement,
      ByteString session,
      long number,
      Signed order,
      Signed receipt,
      List<SumNode> path) {
    Optional<SettledLane> lane =
        state.market.settledLanes.get(new LaneKey(settlement, Wire.digest(session)));
    if (lane.isEmpty()) {
      return Optional.empty();
    }
    LaneIdentity identity =
        new LaneIdentity(state.chainId(), session, lane.get().getSessionKey(), settlement.host());
    return LoggedReceipt.locate(identity, lane.get(), number, order, receipt, path);
  }

  Optional<String> contradiction(LoggedReceipt receipt) {
    return receipt.contradiction(
        model -> Wire.parseDigest(model).map(this::isListed).orElse(false));
  }

  private boolean isListed(Digest32 model) {
    return state.models.has(model);
  }
}
