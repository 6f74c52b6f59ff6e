package exacta.host;

import com.google.protobuf.ByteString;
import exacta.crypto.Address;
import exacta.host.Duty.Progress;
import exacta.protocol.v1.SettledLane;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Forgets, once an epoch, what nobody can ask for any more: receipts of settlements whose audit
 * epoch is over, and lanes of sessions that the chain has closed. Spec: host-api.md#journal.
 */
final class LanePruner implements Duty.Source {
  /** The epoch settled, its audit epoch, and one more for disputes that last. */
  private static final int EPOCHS_KEPT = 3;

  private final Address host;
  private final ChainView chain;
  private final LaneBook book;

  /** Since which epoch the chain does not know a session. */
  private final Map<ByteString, Long> goneSince = new HashMap<>();

  LanePruner(Address host, ChainView chain, LaneBook book) {
    this.host = host;
    this.chain = chain;
    this.book = book;
  }

  @Override
  public List<Duty> duties() {
    long epoch = chain.epoch();
    long lastBlock = (epoch + 1) * chain.parameters().getEpochBlocks();
    return epoch < EPOCHS_KEPT
        ? List.of()
        : List.of(new Duty("forgetting in epoch " + epoch, lastBlock, () -> prune(epoch)));
  }

  private synchronized Progress prune(long epoch) {
    List<SettledLane> old =
        chain.chain().audits(epoch - EPOCHS_KEPT).getSettlementsList().stream()
            .filter(settlement -> settlement.getHost().equals(host.toString()))
            .flatMap(settlement -> settlement.getLanesList().stream())
            .toList();
    old.forEach(lane -> book.forget(lane.getSession(), lane.getLastNumber()));
    List<ByteString> sessions = book.sessions();
    goneSince.keySet().retainAll(sessions);
    for (ByteString session : sessions) {
      if (chain.chain().session(session.toByteArray()).isPresent()) {
        goneSince.remove(session);
      } else if (goneSince.computeIfAbsent(session, _ -> epoch) + EPOCHS_KEPT <= epoch) {
        book.forget(session);
      }
    }
    book.compact();
    return Duty.done();
  }
}
