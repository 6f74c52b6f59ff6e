package exacta.host;

import com.google.protobuf.ByteString;
import exacta.crypto.Address;
import exacta.primitives.SumTree;
import exacta.protocol.Tokens;
import exacta.protocol.Wire;
import exacta.protocol.v1.DisputeKind;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.QueryAuditsResponse;
import exacta.protocol.v1.ReceiptFetch;
import exacta.protocol.v1.SettledLane;
import exacta.protocol.v1.SettlementRecord;
import exacta.protocol.v1.ShownReceipt;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which receipts this host shows to whom: its own to their auditors and jurors, those that it
 * challenged to jurors. Safe for several threads.
 */
final class ReceiptShows {
  private static final int LOGS_MAX = 8;

  /** Spec: market.md M39. */
  private static final int EPOCHS_KEPT = 6;

  /** A lane's log as it was settled. */
  private record LogKey(ByteString session, long first, long last) {}

  private final Address me;
  private final ChainView chain;
  private final LaneBook book;
  private final ReceiptShelf shelf;
  private final Map<LogKey, SumTree> logs = new LinkedHashMap<>();

  ReceiptShows(Address me, ChainView chain, LaneBook book, ReceiptShelf shelf) {
    this.me = me;
    this.chain = chain;
    this.book = book;
    this.shelf = shelf;
  }

  boolean isEntitled(ReceiptFetch fetch) {
    boolean juror =
        chain.openDisputes().stream()
            .anyMatch(dispute ->
                isAbout(dispute, fetch) && dispute.getJurorsList().contains(fetch.getRequester()));
    return juror || fetch.getNumber() == 0 && isAuditor(fetch);
  }

  private static boolean isAbout(DisputeRecord dispute, ReceiptFetch fetch) {
    return dispute.getHost().equals(fetch.getHost())
        && dispute.getEpoch() == fetch.getEpoch()
        && dispute.getSession().equals(fetch.getSession())
        && dispute.getKind() != DisputeKind.DISPUTE_KIND_SPRINT
        && (fetch.getNumber() == 0
            ? dispute.getCoin() == fetch.getCoin()
            : dispute.getNumber() == fetch.getNumber());
  }

  private boolean isAuditor(ReceiptFetch fetch) {
    return settlement(fetch).stream()
        .flatMap(settlement -> settlement.getDutiesList().stream())
        .filter(duty -> duty.getAuditor().equals(fetch.getRequester()))
        .flatMap(duty -> duty.getSamplesList().stream())
        .anyMatch(sample ->
            sample.getSession().equals(fetch.getSession()) && sample.getCoin() == fetch.getCoin());
  }

  private Optional<SettlementRecord> settlement(ReceiptFetch fetch) {
    // The chain forgets settlements after some epochs; a stranger's question costs no other then.
    if (fetch.getEpoch() > chain.epoch() || fetch.getEpoch() < chain.epoch() - EPOCHS_KEPT) {
      return Optional.empty();
    }
    QueryAuditsResponse audits = chain.audits(fetch.getEpoch());
    return audits.getSettlementsList().stream()
        .filter(settlement -> settlement.getHost().equals(fetch.getHost()))
        .findFirst();
  }

  /** The receipt with all that an auditor needs; empty if it is not here. */
  Optional<ShownReceipt> find(ReceiptFetch fetch) {
    if (!fetch.getHost().equals(me.toString())) {
      return shelf.find(
          fetch.getEpoch(), Address.ofText(fetch.getHost()), fetch.getSession(), fetch.getNumber());
    }
    Optional<SettledLane> lane =
        settlement(fetch)
            .flatMap(settlement -> ReceiptAuditor.lane(settlement, fetch.getSession()));
    return lane.flatMap(settled -> log(settled).flatMap(log -> show(fetch, settled, log)));
  }

  private Optional<SumTree> log(SettledLane lane) {
    LogKey key = new LogKey(lane.getSession(), lane.getFirstNumber(), lane.getLastNumber());
    synchronized (logs) {
      SumTree known = logs.get(key);
      if (known != null) {
        return Optional.of(known);
      }
    }
    Optional<SumTree> log = book.log(key.session(), key.first(), key.last());
    synchronized (logs) {
      log.ifPresent(tree -> logs.put(key, tree));
      if (logs.size() > LOGS_MAX) {
        logs.remove(logs.keySet().iterator().next());
      }
    }
    return log;
  }

  private Optional<ShownReceipt> show(ReceiptFetch fetch, SettledLane lane, SumTree log) {
    long index =
        fetch.getNumber() == 0
            ? log.leafOfCoin(fetch.getCoin())
            : fetch.getNumber() - lane.getFirstNumber();
    if (index < 0 || index >= log.count()) {
      return Optional.empty();
    }
    long number = lane.getFirstNumber() + index;
    return book.order(lane.getSession(), number)
        .flatMap(book::kept)
        .map(kept -> show(number, kept, log.path((int) index)));
  }

  private static ShownReceipt show(long number, LaneBook.Kept kept, List<SumTree.Node> path) {
    ShownReceipt.Builder shown =
        ShownReceipt.newBuilder()
            .setNumber(number)
            .setOrder(kept.submission().getOrder())
            .setReceipt(kept.receipt())
            .addAllPath(SumNodes.write(path))
            .setRequest(kept.submission().getRequest())
            .addAllHad(kept.submission().getHadList())
            .addAllTokens(Tokens.list(kept.stream().tokens()))
            .addAllLogProbabilities(Tokens.list(kept.stream().logProbabilities()));
    kept.stream().likeliest().ifPresent(digest -> shown.setLikeliest(Wire.bytes(digest)));
    return shown.build();
  }
}
