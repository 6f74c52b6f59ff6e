package exacta.host;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import exacta.host.stored.Base;
import exacta.host.stored.Given;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.primitives.SumTree;
import exacta.protocol.Orders;
import exacta.protocol.Receipts;
import exacta.protocol.Signing;
import exacta.protocol.v1.Order;
import exacta.protocol.v1.OrderReceipt;
import exacta.protocol.v1.OrderSubmission;
import exacta.protocol.v1.Receipt;
import exacta.protocol.v1.Signed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * All lanes of one host: which orders it took and what it answered, on disk before anybody hears of
 * it. After a crash a lane goes on where it was: an order without receipt is an empty leaf, else
 * its last partial receipt counts. Safe for several threads. Spec: host-api.md#lane.
 */
final class LaneBook implements AutoCloseable {
  /** What became of an order that asked to be let in. */
  sealed interface Admission permits Admitted, Refused {}

  /** It is in the book, and must be ended. */
  record Admitted(LaneOrder order) implements Admission {}

  /** All that is kept of an order with a receipt. */
  record Kept(OrderSubmission submission, Signed receipt, StreamPart stream) {}

  private static final long COMPACTED_BYTES_MIN = 1 << 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition admitted = lock.newCondition();
  private final Map<ByteString, Lane> lanes = new HashMap<>();
  private final LaneJournal journal;
  private long compactedBytes;

  private LaneBook(Path file) {
    journal = new LaneJournal(file, new Entering());
    endAllBut(Set.of());
  }

  /**
   * Reads the book, or begins one.
   *
   * @throws ExactaException (fatal) if the disk fails or the file is damaged
   */
  static LaneBook open(Path file) {
    return new LaneBook(file);
  }

  /** After a restart nothing runs. */
  private void endAllBut(Set<LaneOrder.Name> running) {
    for (Lane lane : lanes.values()) {
      for (LaneOrder order : lane.orders()) {
        if (!running.contains(order.name())) {
          lane.end(order);
        }
      }
    }
  }

  /** Takes what the file has. */
  private final class Entering implements LaneJournal.Reader {
    @Override
    public void base(Base base) {
      lanes.put(base.getSession(), new Lane(base.getNumber(), base.getGiven()));
    }

    @Override
    public void order(OrderSubmission submission, long place)
        throws InvalidProtocolBufferException {
      enter(submission, Order.parseFrom(submission.getOrder().getBody()), place);
    }

    @Override
    public void given(Given given, long place) throws InvalidProtocolBufferException {
      Signed receipt = Signed.parseFrom(given.getReceipt());
      Lane lane = lanes.get(given.getSession());
      LaneOrder order =
          Optional.ofNullable(lane)
              .flatMap(known -> known.order(given.getNumber()))
              .orElseThrow(() -> new InvalidProtocolBufferException("a receipt without order"));
      long cost = Receipt.parseFrom(receipt.getBody()).getCost();
      lane.give(order, Signing.hash(Receipts.TAG, receipt), cost, place);
    }
  }

  private LaneOrder enter(OrderSubmission submission, Order order, long place) {
    LaneOrder.Name name = new LaneOrder.Name(order.getSession(), order.getNumber());
    Digest32 hash = Signing.hash(Orders.TAG, submission.getOrder());
    LaneOrder entry = new LaneOrder(name, hash, Orders.costMax(order), place);
    lanes.computeIfAbsent(name.session(), session -> new Lane(name.number() - 1, 0)).add(entry);
    return entry;
  }

  /**
   * Lets an order in if it follows from what the lane knows; from then on it is on disk.
   *
   * @param settled where a lane begins that this book does not know
   * @param wait how long to wait for an order before it that was overtaken on its way
   */
  Admission admit(
      OrderSubmission submission, Order order, LaneStart settled, int openMax, Duration wait) {
    lock.lock();
    try {
      Lane lane =
          lanes.computeIfAbsent(
              order.getSession(), session -> new Lane(settled.number(), settled.sum()));
      awaitPredecessor(lane, order.getNumber(), wait);
      if (order.getNumber() <= lane.lastNumber()) {
        return new Refused(
            RefusalCode.REPLAYED,
            "order %d came before; the newest is %d"
                .formatted(order.getNumber(), lane.lastNumber()));
      }
      Optional<Refused> mismatch =
          lane.mismatch(order, Orders.costMax(order), settled.cap(), openMax);
      if (mismatch.isPresent()) {
        return mismatch.get();
      }
      if (lane.lastNumber() == settled.number() && lane.isEmpty()) {
        journal.base(order.getSession(), lane.baseNumber(), lane.baseGiven());
      }
      LaneOrder entry = enter(submission, order, journal.order(submission));
      admitted.signalAll();
      return new Admitted(entry);
    } finally {
      lock.unlock();
    }
  }

  private void awaitPredecessor(Lane lane, long number, Duration wait) {
    long left = wait.toNanos();
    try {
      while (lane.lastNumber() + 1 < number && left > 0) {
        left = admitted.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // whoever closes us wants no more orders anyway
    }
  }

  /**
   * Keeps a receipt and what was streamed since the order's last one. When this returns, the
   * receipt may leave.
   *
   * @return false, with nothing kept, if the order was {@link #cut}
   */
  boolean give(LaneOrder order, Signed receipt, long cost, StreamPart part) {
    Given.Builder given =
        Given.newBuilder()
            .setSession(order.name().session())
            .setNumber(order.number())
            .setReceipt(receipt.toByteString());
    part.putInto(given);
    Digest32 hash = Signing.hash(Receipts.TAG, receipt);
    lock.lock();
    try {
      if (!current(order).isRunning()) {
        return false;
      }
      Lane lane = lanes.get(order.name().session());
      lane.give(current(order), hash, cost, journal.given(given.build()));
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** No more receipts follow for this order. */
  void end(LaneOrder order) {
    lock.lock();
    try {
      lanes.get(order.name().session()).end(current(order));
      admitted.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends all orders of a lane: their newest receipts are their last. */
  void cut(ByteString session) {
    lock.lock();
    try {
      Optional.ofNullable(lanes.get(session)).ifPresent(Lane::cut);
      admitted.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What an order costs by its newest receipt. */
  long cost(LaneOrder order) {
    lock.lock();
    try {
      return current(order).cost();
    } finally {
      lock.unlock();
    }
  }

  /** The entry of an order; another object each time that the file was written anew. */
  private LaneOrder current(LaneOrder order) {
    return Optional.ofNullable(lanes.get(order.name().session()))
        .flatMap(lane -> lane.order(order.number()))
        .orElse(order);
  }

  /**
   * Forgets the orders of a lane up to one that was settled long ago, as far as its newest order
   * does not call them open. The disk has them until {@link #compact}.
   */
  void forget(ByteString session, long number) {
    lock.lock();
    try {
      Lane lane = lanes.get(session);
      if (lane != null && !lane.isEmpty()) {
        Order newest =
            Orders.parse(journal.order(lane.newest().orderPlace()).getOrder()).orElseThrow();
        long open = newest.getOpenCount() == 0 ? newest.getNumber() : newest.getOpen(0);
        lane.forget(Math.min(number, Math.min(open - 1, lane.settleable())));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Forgets a lane on which nothing can be settled any more. */
  void forget(ByteString session) {
    lock.lock();
    try {
      Lane lane = lanes.get(session);
      if (lane != null && !lane.isRunning()) {
        lanes.remove(session);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Writes the file anew with what is left, if it has grown to twice of what it was. */
  void compact() {
    lock.lock();
    try {
      if (journal.bytes() < Math.max(COMPACTED_BYTES_MIN, 2 * compactedBytes)) {
        return;
      }
      List<Base> bases = new ArrayList<>();
      List<Long> places = new ArrayList<>();
      Set<LaneOrder.Name> running = new HashSet<>();
      lanes.forEach((session, lane) -> {
        bases.add(LaneJournal.newBase(session, lane.baseNumber(), lane.baseGiven()));
        for (LaneOrder order : lane.orders()) {
          places.add(order.orderPlace());
          places.addAll(order.givenPlaces());
          if (order.isRunning()) {
            running.add(order.name());
          }
        }
      });
      journal.keep(bases, places, lanes::clear);
      endAllBut(running);
      compactedBytes = journal.bytes();
    } finally {
      lock.unlock();
    }
  }

  List<ByteString> sessions() {
    lock.lock();
    try {
      return lanes.keySet().stream()
          .sorted(ByteString.unsignedLexicographicalComparator())
          .toList();
    } finally {
      lock.unlock();
    }
  }

  /** The order with this number, if it is kept. */
  Optional<LaneOrder> order(ByteString session, long number) {
    lock.lock();
    try {
      return Optional.ofNullable(lanes.get(session)).flatMap(lane -> lane.order(number));
    } finally {
      lock.unlock();
    }
  }

  /** The log of the orders from one to another; empty if this book does not have them all. */
  Optional<SumTree> log(ByteString session, long first, long last) {
    lock.lock();
    try {
      Lane lane = lanes.get(session);
      return lane == null || first <= lane.baseNumber() || last > lane.lastNumber()
          ? Optional.empty()
          : Optional.of(lane.log(first, last));
    } finally {
      lock.unlock();
    }
  }

  /** What an order's newest receipt says, with all that it stands for; empty without receipt. */
  Optional<Kept> kept(LaneOrder of) {
    lock.lock();
    try {
      LaneOrder order = current(of);
      if (!order.hasReceipt()) {
        return Optional.empty();
      }
      List<Given> given = order.givenPlaces().stream().map(journal::given).toList();
      return Optional.of(
          new Kept(
              journal.order(order.orderPlace()),
              Signed.parseFrom(given.getLast().getReceipt()),
              StreamPart.of(given)));
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("a record reads as it was written", e);
    } finally {
      lock.unlock();
    }
  }

  /**
   * What can be settled behind an order: up to the one before the oldest that runs. Empty if that
   * costs nothing.
   */
  Optional<LaneSettlement> settlement(ByteString session, long settledNumber) {
    lock.lock();
    try {
      Lane lane = lanes.get(session);
      if (lane == null || settledNumber < lane.baseNumber()) {
        return Optional.empty();
      }
      long last = lane.settleable();
      SumTree log = lane.log(settledNumber + 1, last);
      if (last <= settledNumber || log.root().sum() == 0) {
        return Optional.empty();
      }
      Signed newest = journal.order(lane.newest().orderPlace()).getOrder();
      return Optional.of(new LaneSettlement(session, last, log, newest, open(lane, newest, last)));
    } finally {
      lock.unlock();
    }
  }

  /** The receipts that the newest order does not acknowledge, its own included. */
  private List<OrderReceipt> open(Lane lane, Signed newest, long last) {
    Order order = Orders.parse(newest).orElseThrow();
    List<Long> numbers = new ArrayList<>(order.getOpenList());
    numbers.add(order.getNumber());
    List<OrderReceipt> open = new ArrayList<>();
    for (long number : numbers) {
      Optional<LaneOrder> entry = lane.order(number);
      if (number <= last && entry.isPresent() && entry.get().cost() > 0) {
        Kept kept = kept(entry.get()).orElseThrow();
        open.add(
            OrderReceipt.newBuilder()
                .setOrder(kept.submission().getOrder())
                .setReceipt(kept.receipt())
                .build());
      }
    }
    return open;
  }

  /** Whether an order of this lane runs. */
  boolean isRunning(ByteString session) {
    lock.lock();
    try {
      Lane lane = lanes.get(session);
      return lane != null && lane.isRunning();
    } finally {
      lock.unlock();
    }
  }

  boolean isRunning(LaneOrder order) {
    lock.lock();
    try {
      return current(order).isRunning();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      journal.close();
    } finally {
      lock.unlock();
    }
  }
}
