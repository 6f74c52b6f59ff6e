package exacta.host;

import com.google.protobuf.ByteString;
import exacta.chainclient.TransactionOutcome;
import exacta.crypto.Address;
import exacta.host.Duty.Progress;
import exacta.protocol.Message;
import exacta.protocol.Wire;
import exacta.protocol.v1.MsgSettle;
import exacta.protocol.v1.SessionRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * In each settlement window, settles every lane on which something new was earned, many in one
 * transaction. A lane on which an order runs waits for it while the window allows. Spec:
 * host-api.md#settlement.
 */
final class Settler implements Duty.Source {
  /** Blocks before the window's end at which a lane is settled without what still runs. */
  private static final int MARGIN = 5;

  private static final int LANES_MAX = 64;
  private static final int TRANSACTION_BYTES_MAX = 400_000;

  private final Address host;
  private final ChainView chain;
  private final LaneBook book;
  private final HostLog log;

  /** Lanes that were settled in the window of an epoch; attempts of one duty share it. */
  private record Done(long epoch, Set<ByteString> sessions) {}

  private Done done = new Done(-1, Set.of());

  Settler(Address host, ChainView chain, LaneBook book, HostLog log) {
    this.host = host;
    this.chain = chain;
    this.book = book;
    this.log = log;
  }

  @Override
  public List<Duty> duties() {
    long epoch = chain.epoch() - 1;
    long end = chain.settlementEnd(epoch);
    if (epoch < 0 || chain.height() >= end) {
      return List.of();
    }
    if (done.epoch() != epoch) {
      done = new Done(epoch, ConcurrentHashMap.newKeySet());
    }
    Set<ByteString> sessions = done.sessions();
    return List.of(
        new Duty("settlement of epoch " + epoch, end, () -> settle(epoch, end, sessions)));
  }

  private Progress settle(long epoch, long end, Set<ByteString> done) {
    List<LaneSettlement> due = new ArrayList<>();
    boolean all = true;
    for (ByteString session : book.sessions()) {
      if (book.isRunning(session) && chain.height() + MARGIN < end) {
        all = false;
      } else if (!done.contains(session)) {
        due(session, epoch).ifPresent(due::add);
      }
    }
    String why = "an order still runs";
    while (!due.isEmpty()) {
      List<LaneSettlement> some = take(due);
      TransactionOutcome outcome = send(some);
      if (outcome.code() == 0) {
        some.forEach(settlement -> settled(epoch, settlement, done));
        continue;
      }
      why = outcome.log();
      all = false;
      // One of them is not accepted; the others must not suffer.
      for (LaneSettlement settlement : some.size() > 1 ? some : List.<LaneSettlement>of()) {
        if (send(List.of(settlement)).code() == 0) {
          settled(epoch, settlement, done);
        }
      }
    }
    return all ? Duty.done() : Duty.waiting(why);
  }

  private void settled(long epoch, LaneSettlement settlement, Set<ByteString> done) {
    done.add(settlement.session());
    log.settled(epoch, settlement.lastNumber(), settlement.log().root().sum());
  }

  /**
   * What is due on a lane. After the window of a session's last epoch nothing is settled any more,
   * so what still runs then ends with its newest receipt: else one order that is kept running would
   * hold back the payment of all behind it.
   */
  private Optional<LaneSettlement> due(ByteString session, long epoch) {
    Optional<SessionRecord> found = chain.chain().session(session.toByteArray());
    if (found.isPresent() && found.get().getLastEpoch() <= epoch) {
      book.cut(session);
    }
    return found.map(SessionRecord::getLanesList).stream()
        .flatMap(List::stream)
        .filter(record -> record.getHost().equals(host.toString()))
        .findFirst()
        .flatMap(record -> book.settlement(session, record.getSettledNumber()));
  }

  /** Takes as many as one transaction holds. */
  private static List<LaneSettlement> take(List<LaneSettlement> due) {
    List<LaneSettlement> some = new ArrayList<>();
    long bytes = 0;
    while (!due.isEmpty() && some.size() < LANES_MAX) {
      bytes += due.getFirst().bytes();
      if (!some.isEmpty() && bytes > TRANSACTION_BYTES_MAX) {
        break;
      }
      some.add(due.removeFirst());
    }
    return some;
  }

  private TransactionOutcome send(List<LaneSettlement> settlements) {
    return chain.chain().send(settlements.stream().map(this::message).toArray(Message[]::new));
  }

  private Message message(LaneSettlement settlement) {
    return new Message.Settle(
        MsgSettle.newBuilder()
            .setHost(host.toString())
            .setSession(settlement.session())
            .setLastNumber(settlement.lastNumber())
            .setRoot(Wire.bytes(settlement.log().root().hash()))
            .setSum(settlement.log().root().sum())
            .setNewestOrder(settlement.newest())
            .addAllOpen(settlement.open())
            .build());
  }
}
