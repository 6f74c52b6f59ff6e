package exacta.dashboard;

import exacta.protocol.v1.DisputeOutcome;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.QueryAuditsResponse;
import exacta.protocol.v1.ReceiptDuty;
import exacta.protocol.v1.ReceiptSample;
import exacta.protocol.v1.SettledLane;
import exacta.protocol.v1.SettlementRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Finds out how far the chain is with each request: settled, sampled, attested, paid, disputed. A
 * coin is sampled, not an order; which order earned it follows from the costs of all orders since
 * the lane was last settled, so it is known only where the feed still has all of these.
 */
final class RequestAudits {
  /** How far one request is. The names, in lower case, are the words of the page's state. */
  enum Stage {
    RUNNING,
    FAILED,
    RECEIPT,
    SETTLED,
    SAMPLED,
    ATTESTED,
    PAID,
    DISPUTED,
    CONVICTED,
    UNPAID
  }

  /**
   * @param samples how many sampled coins this order earned
   * @param auditors whose samples these are
   * @param attested those of them who attested
   */
  record Result(
      Stage stage,
      OptionalLong settledEpoch,
      int samples,
      List<String> auditors,
      List<String> attested,
      OptionalLong dispute) {}

  private record Settled(long epoch, SettlementRecord settlement, SettledLane lane) {}

  /** The coins from .. to (excluded) of a lane's settlement. */
  private record Coins(long from, long to) {
    boolean holds(long coin) {
      return coin >= from && coin < to;
    }
  }

  private final Map<LaneKey, List<Settled>> settled = new HashMap<>();
  private final Map<LaneKey, List<DisputeRecord>> disputes = new HashMap<>();
  private final Map<LaneKey, TreeMap<Long, RequestLine>> lines = new HashMap<>();

  RequestAudits(
      List<QueryAuditsResponse> audits, List<DisputeRecord> disputes, List<RequestLine> feed) {
    for (QueryAuditsResponse epoch : audits) {
      for (SettlementRecord settlement : epoch.getSettlementsList()) {
        for (SettledLane lane : settlement.getLanesList()) {
          settled
              .computeIfAbsent(
                  lane(lane.getSession().toByteArray(), settlement.getHost()),
                  key -> new ArrayList<>())
              .add(new Settled(epoch.getEpoch(), settlement, lane));
        }
      }
    }
    for (DisputeRecord dispute : disputes) {
      this.disputes
          .computeIfAbsent(
              lane(dispute.getSession().toByteArray(), dispute.getHost()), key -> new ArrayList<>())
          .add(dispute);
    }
    for (RequestLine line : feed) {
      lines
          .computeIfAbsent(new LaneKey(line.session(), line.host()), key -> new TreeMap<>())
          .put(line.order(), line);
    }
  }

  private static LaneKey lane(byte[] session, String host) {
    return new LaneKey(HexFormat.of().formatHex(session), host);
  }

  Result of(RequestLine line) {
    if (line.state() == RequestLine.State.RUNNING) {
      return bare(Stage.RUNNING);
    }
    if (line.state() == RequestLine.State.FAILED) {
      return bare(Stage.FAILED);
    }
    LaneKey key = new LaneKey(line.session(), line.host());
    return settled.getOrDefault(key, List.of()).stream()
        .filter(s -> s.lane().getFirstNumber() <= line.order())
        .filter(s -> line.order() <= s.lane().getLastNumber())
        .findFirst()
        .map(s -> settled(line, key, s))
        .orElseGet(() -> bare(Stage.RECEIPT));
  }

  private static Result bare(Stage stage) {
    return new Result(stage, OptionalLong.empty(), 0, List.of(), List.of(), OptionalLong.empty());
  }

  private Result settled(RequestLine line, LaneKey key, Settled settled) {
    Optional<Coins> coins = coins(line, key, settled.lane());
    int samples = 0;
    List<String> auditors = new ArrayList<>();
    List<String> attested = new ArrayList<>();
    for (ReceiptDuty duty : settled.settlement().getDutiesList()) {
      int count = 0;
      for (ReceiptSample sample : duty.getSamplesList()) {
        if (sample.getSession().equals(settled.lane().getSession())
            && coins.filter(c -> c.holds(sample.getCoin())).isPresent()) {
          count++;
        }
      }
      if (count > 0) {
        samples += count;
        auditors.add(duty.getAuditor());
        if (duty.getAttested()) {
          attested.add(duty.getAuditor());
        }
      }
    }
    Optional<DisputeRecord> dispute = dispute(line, key, settled.epoch(), coins);
    Stage stage =
        dispute
            .flatMap(RequestAudits::stage)
            .orElseGet(() -> stage(settled.settlement(), auditors, attested));
    return new Result(
        stage,
        OptionalLong.of(settled.epoch()),
        samples,
        List.copyOf(auditors),
        List.copyOf(attested),
        dispute.map(d -> OptionalLong.of(d.getDispute())).orElseGet(OptionalLong::empty));
  }

  private static Stage stage(
      SettlementRecord settlement, List<String> auditors, List<String> attested) {
    if (settlement.getPaid()) {
      return Stage.PAID;
    }
    if (auditors.isEmpty()) {
      return Stage.SETTLED;
    }
    return attested.containsAll(auditors) ? Stage.ATTESTED : Stage.SAMPLED;
  }

  /** Empty where a dispute ended without harm to the host. */
  private static Optional<Stage> stage(DisputeRecord dispute) {
    if (dispute.getOutcome() == DisputeOutcome.DISPUTE_OUTCOME_UNSPECIFIED) {
      return Optional.of(Stage.DISPUTED);
    }
    return switch (dispute.getOutcome()) {
      case DISPUTE_OUTCOME_HOST_CONVICTED -> Optional.of(Stage.CONVICTED);
      case DISPUTE_OUTCOME_NOT_SHOWN, DISPUTE_OUTCOME_UNDECIDED -> Optional.of(Stage.UNPAID);
      default -> Optional.empty();
    };
  }

  private Optional<DisputeRecord> dispute(
      RequestLine line, LaneKey key, long epoch, Optional<Coins> coins) {
    for (DisputeRecord dispute : disputes.getOrDefault(key, List.of())) {
      boolean thisOrder =
          dispute.getNumber() == 0
              ? coins.filter(c -> c.holds(dispute.getCoin())).isPresent()
              : dispute.getNumber() == line.order();
      if (dispute.getEpoch() == epoch && thisOrder) {
        return Optional.of(dispute);
      }
    }
    return Optional.empty();
  }

  private Optional<Coins> coins(RequestLine line, LaneKey key, SettledLane lane) {
    TreeMap<Long, RequestLine> known = lines.getOrDefault(key, new TreeMap<>());
    long before = line.order() - lane.getFirstNumber();
    var earlier = known.subMap(lane.getFirstNumber(), line.order());
    if (earlier.size() != before) {
      return Optional.empty();
    }
    long from = earlier.values().stream().mapToLong(l -> l.cost().nanoCoins()).sum();
    return Optional.of(new Coins(from, from + line.cost().nanoCoins()));
  }
}
