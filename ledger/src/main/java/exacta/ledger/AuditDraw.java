package exacta.ledger;

import exacta.crypto.Address;
import exacta.ledger.MarketTables.DutyKey;
import exacta.ledger.WeightedDraw.Candidate;
import exacta.ledger.state.HostState;
import exacta.ledger.state.SettlementState;
import exacta.primitives.Digest32;
import exacta.protocol.Wire;
import exacta.protocol.v1.Ask;
import exacta.protocol.v1.ChainParameters;
import exacta.protocol.v1.ReceiptDuty;
import exacta.protocol.v1.ReceiptSample;
import exacta.protocol.v1.SettledLane;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Draws the coins of all settlements of an epoch, and who audits them. Spec: market.md#coins. */
final class AuditDraw {
  private final LedgerState state;
  private final Plans plans;

  AuditDraw(LedgerState state) {
    this.state = state;
    this.plans = new Plans(state);
  }

  void run(long epoch) {
    for (Table.Row<SettlementState> row : state.market.settlements.rows(Keys.of(epoch).toBytes())) {
      HostKey key = HostKey.ofBytes(row.key());
      state.market.settlements.put(
          key, row.value().toBuilder().setSamples(draw(key, row.value())).build());
    }
  }

  /** Writes the duties; returns how many samples they are together. */
  private int draw(HostKey key, SettlementState settlement) {
    List<Candidate> candidates = candidates(key.host());
    if (candidates.isEmpty()) {
      return 0;
    }
    List<SettledLane> lanes = state.market.settledLanes.values(key.toBytes());
    List<Long> sums = lanes.stream().map(SettledLane::getSum).toList();
    DrawNumbers coinDraw = state.draw("receipt-coins", Keys.of(key.number()).and(key.host()));
    DrawNumbers auditorDraw = state.draw("receipt-auditors", Keys.of(key.number()).and(key.host()));
    List<Long> coins = Coins.draw(coinDraw, settlement.getTotal(), sampleCount(key.host()));
    TreeMap<Address, ReceiptDuty.Builder> duties = new TreeMap<>();
    for (int i = 0; i < coins.size(); i++) {
      Coins.Place place = Coins.place(sums, coins.get(i));
      Address auditor = WeightedDraw.one(auditorDraw, candidates).orElseThrow();
      duties
          .computeIfAbsent(auditor, drawn -> ReceiptDuty.newBuilder().setAuditor(drawn.toString()))
          .addSamples(
              ReceiptSample.newBuilder()
                  .setSession(lanes.get(place.lane()).getSession())
                  .setCoin(place.offset()));
    }
    duties.forEach((auditor, duty) -> {
      state.market.duties.put(new DutyKey(key, auditor), duty.build());
      plans.addDuties(key.number(), auditor, 1);
    });
    return coins.size();
  }

  private int sampleCount(Address host) {
    ChainParameters parameters = state.parameters();
    return SampleCount.of(
        parameters.getReceiptsMin(),
        parameters.getReceiptsMax(),
        state.hosts.require(host).getReceiptReputation(),
        parameters.getReputationMax());
  }

  /**
   * Who announces a model that the host ever announced: what it answered with may be gone from its
   * asks by now, and must not go unchecked.
   */
  private List<Candidate> candidates(Address host) {
    HostState settler = state.hosts.require(host);
    Set<Digest32> models = models(settler);
    settler.getFormerModelsList().stream().map(Wire::digest).forEach(models::add);
    List<Candidate> candidates = new ArrayList<>();
    for (Candidate other : plans.electorate(host)) {
      if (models(state.hosts.require(other.address())).stream().anyMatch(models::contains)) {
        candidates.add(other);
      }
    }
    return candidates;
  }

  private static Set<Digest32> models(HostState host) {
    Set<Digest32> models = new TreeSet<>();
    host.getAsksList().stream().map(Ask::getModel).map(Wire::digest).forEach(models::add);
    return models;
  }
}
