package exacta.node;

import exacta.chainclient.ChainClient;
import exacta.gateway.Gateway;
import exacta.primitives.Amount;
import exacta.protocol.v1.QueryAuditsResponse;
import exacta.protocol.v1.ReceiptDuty;
import exacta.protocol.v1.ReceiptSample;
import exacta.protocol.v1.SettledLane;
import exacta.protocol.v1.SettlementRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Follows one receipt over the chain: settled, sampled, attested, paid. Tells each step once; for
 * one thread.
 */
final class ReceiptTrail {
  private final ChainClient chain;
  private final Gateway gateway;
  private final HostNames names;
  private final Consumer<String> progress;
  private final Purchase purchase;
  private OptionalLong epoch = OptionalLong.empty();
  private List<Auditor> auditors = List.of();
  private long attestations;
  private boolean isDrawn;

  /**
   * @param samples how many of the host's coins the draw gave to this auditor
   * @param ofThisReceipt how many of them this receipt earned
   */
  record Auditor(String account, int samples, int ofThisReceipt, boolean attested) {}

  ReceiptTrail(
      ChainClient chain,
      Gateway gateway,
      HostNames names,
      Purchase purchase,
      Consumer<String> progress) {
    this.chain = chain;
    this.gateway = gateway;
    this.names = names;
    this.purchase = purchase;
    this.progress = progress;
  }

  Purchase purchase() {
    return purchase;
  }

  /** The epoch whose settlement covers the receipt, once there is one. */
  OptionalLong epoch() {
    return epoch;
  }

  List<Auditor> auditors() {
    return auditors;
  }

  boolean isAttested() {
    return auditors.stream().anyMatch(Auditor::attested);
  }

  /**
   * Looks at the chain; returns whether the receipt is paid.
   *
   * @param firstEpoch that in which it was ordered; a slow answer may end two epochs later
   */
  boolean look(long firstEpoch) {
    for (long e = epoch.orElse(firstEpoch); e <= epoch.orElse(firstEpoch + 2); e++) {
      QueryAuditsResponse audits = chain.audits(e);
      for (SettlementRecord settlement : audits.getSettlementsList()) {
        Optional<SettledLane> lane = lane(settlement);
        if (lane.isPresent()) {
          tell(e, audits, settlement, lane.get());
          return settlement.getPaid();
        }
      }
    }
    return false;
  }

  private Optional<SettledLane> lane(SettlementRecord settlement) {
    if (!settlement.getHost().equals(purchase.host().toString())) {
      return Optional.empty();
    }
    return settlement.getLanesList().stream()
        .filter(lane -> bytesEqual(lane.getSession().toByteArray()))
        .filter(lane -> lane.getFirstNumber() <= purchase.number())
        .filter(lane -> purchase.number() <= lane.getLastNumber())
        .findFirst();
  }

  private boolean bytesEqual(byte[] session) {
    return Arrays.equals(session, purchase.session().toBytes());
  }

  private void tell(
      long settledEpoch,
      QueryAuditsResponse audits,
      SettlementRecord settlement,
      SettledLane lane) {
    String host = names.of(settlement.getHost());
    if (epoch.isEmpty()) {
      epoch = OptionalLong.of(settledEpoch);
      progress.accept(
          "%s settled %s of epoch %d, this receipt among it"
              .formatted(host, Amount.ofNano(settlement.getTotal()), settledEpoch));
    }
    auditors = auditors(settlement, lane);
    if (!isDrawn && !auditors.isEmpty()) {
      isDrawn = true;
      int samples = auditors.stream().mapToInt(Auditor::samples).sum();
      int ours = auditors.stream().mapToInt(Auditor::ofThisReceipt).sum();
      progress.accept(
          "block %d drew %d samples of it, %d of them this receipt's, for %d auditors"
              .formatted(audits.getDrawHeight(), samples, ours, auditors.size()));
    }
    long now = auditors.stream().filter(Auditor::attested).count();
    if (now > attestations) {
      attestations = now;
      progress.accept(
          "recomputed and found equal, bit for bit, by "
              + String.join(
                  ", ",
                  auditors.stream()
                      .filter(Auditor::attested)
                      .map(auditor -> names.of(auditor.account()))
                      .toList()));
    }
  }

  private List<Auditor> auditors(SettlementRecord settlement, SettledLane lane) {
    OptionalLong from =
        gateway.costBetween(
            purchase.session(), purchase.host(), lane.getFirstNumber(), purchase.number());
    List<Auditor> found = new ArrayList<>();
    for (ReceiptDuty duty : settlement.getDutiesList()) {
      int ours = 0;
      for (ReceiptSample sample : duty.getSamplesList()) {
        boolean isOurs =
            bytesEqual(sample.getSession().toByteArray())
                && from.isPresent()
                && sample.getCoin() >= from.getAsLong()
                && sample.getCoin() < from.getAsLong() + purchase.cost();
        ours += isOurs ? 1 : 0;
      }
      found.add(new Auditor(duty.getAuditor(), duty.getSamplesCount(), ours, duty.getAttested()));
    }
    return List.copyOf(found);
  }
}
