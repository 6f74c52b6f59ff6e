package exacta.ledger;

import exacta.crypto.Address;
import exacta.ledger.WeightedDraw.Candidate;
import exacta.ledger.state.SettlementState;
import exacta.protocol.v1.DisputeRecord;
import java.util.List;

/** Draws the juries of an epoch's disputes, and says their verdicts. Spec: market.md#jury. */
final class Juries {
  private final LedgerState state;
  private final ReceiptDisputes disputes;

  Juries(LedgerState state) {
    this.state = state;
    this.disputes = new ReceiptDisputes(state);
  }

  void draw(long epoch) {
    for (DisputeRecord dispute : open(epoch)) {
      state.disputes.put(
          dispute.getDispute(),
          dispute.toBuilder()
              .addAllJurors(jury(dispute).stream().map(Address::toString).toList())
              .build());
    }
  }

  private List<Address> jury(DisputeRecord dispute) {
    List<Candidate> electorate =
        new Plans(state)
            .electorate(Address.ofText(dispute.getHost()), Address.ofText(dispute.getChallenger()));
    int size = state.parameters().getJury();
    DrawNumbers numbers = state.draw("jury", Keys.of(dispute.getDispute()));
    return WeightedDraw.distinct(numbers, electorate, size);
  }

  void decide(long epoch) {
    for (DisputeRecord dispute : open(epoch)) {
      disputes.close(dispute, JuryCount.outcome(dispute, state.parameters().getVerdictMin()));
    }
  }

  private List<DisputeRecord> open(long epoch) {
    List<Table.Row<SettlementState>> settlements =
        state.market.settlements.rows(Keys.of(epoch).toBytes());
    return settlements.stream()
        .flatMap(row -> disputes.open(HostKey.ofBytes(row.key())).stream())
        .toList();
  }
}
