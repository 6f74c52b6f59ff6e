package exacta.host;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import exacta.host.stored.Base;
import exacta.host.stored.Given;
import exacta.host.stored.JournalRecord;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.primitives.SumTree;
import exacta.protocol.Orders;
import exacta.protocol.Receipts;
import exacta.protocol.Signing;
import exacta.protocol.Tokens;
import exacta.protocol.v1.Order;
import exacta.protocol.v1.OrderReceipt;
import exacta.protocol.v1.OrderSubmission;
import exacta.protocol.v1.Receipt;
import exacta.protocol.v1.Signed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  record Kept(OrderSubmission submission, Signed receipt, int[] tokens, float[] logProbabilities) {}

  /** What there is to settle on a lane. */
  record Settlement(
      ByteString session, long lastNumber, SumTree log, Signed newest, List<OrderReceipt> open) {
    /** About what its message takes. */
    long bytes() {
      return 256
          + newest.getSerializedSize()
          + open.stream().mapToLong(OrderReceipt::getSerializedSize).sum();
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition admitted = lock.newCondition();
  private final Map<ByteString, Lane> lanes = new HashMap<>();
  private final Journal journal;

  private LaneBook(Path file) {
    journal = Journal.open(file, this::replay);
    endAll();
  }

  /**
   * Reads the book, or begins one.
   *
   * @throws ExactaException (fatal) if the disk fails or the file is damaged
   */
  static LaneBook open(Path file) {
    return new LaneBook(file);
  }

  /** Nothing runs after a restart. */
  private void endAll() {
    for (Lane lane : lanes.values()) {
      lane.orders().forEach(lane::end);
    }
  }

  private void replay(long place, byte[] payload) {
    try {
      JournalRecord stored = JournalRecord.parseFrom(payload);
      switch (stored.getRecordCase()) {
        case SUBMISSION -> enter(OrderSubmission.parseFrom(stored.getSubmission()), place);
        case GIVEN -> enter(stored.getGiven(), place);
        case BASE -> {
          Base base = stored.getBase();
          lanes.put(base.getSession(), new Lane(base.getNumber(), base.getGiven()));
        }
        case RECORD_NOT_SET -> throw new InvalidProtocolBufferException("an empty record");
      }
    } catch (InvalidProtocolBufferException e) {
      throw ExactaException.fatal(
          "the lane book has a record at byte %d that this version cannot read: %s; use the version"
                  .formatted(place, e.getMessage())
              + " that wrote it");
    }
  }

  private LaneOrder enter(OrderSubmission submission, long place)
      throws InvalidProtocolBufferException {
    Order order = Order.parseFrom(submission.getOrder().getBody());
    Digest32 hash = Signing.hash(Orders.TAG, submission.getOrder());
    LaneOrder entry =
        new LaneOrder(
            order.getSession(), order.getNumber(), hash, Orders.costMax(order), place, true);
    lanes
        .computeIfAbsent(order.getSession(), session -> new Lane(order.getNumber() - 1, 0))
        .add(entry);
    return entry;
  }

  private void enter(Given given, long place) throws InvalidProtocolBufferException {
    Signed receipt = Signed.parseFrom(given.getReceipt());
    Lane lane = lanes.get(given.getSession());
    LaneOrder order =
        Optional.ofNullable(lane)
            .flatMap(known -> known.order(given.getNumber()))
            .orElseThrow(() -> new InvalidProtocolBufferException("a receipt without order"));
    lane.give(
        order,
        Signing.hash(Receipts.TAG, receipt),
        Receipt.parseFrom(receipt.getBody()).getCost(),
        place);
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
        base(order.getSession(), lane);
      }
      long place = append(JournalRecord.newBuilder().setSubmission(submission.toByteString()));
      LaneOrder entry = enter(submission, place);
      admitted.signalAll();
      return new Admitted(entry);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("an order was parsed before it is admitted", e);
    } finally {
      lock.unlock();
    }
  }

  /** Where the chain says that a lane stands. */
  record LaneStart(long number, long sum, long cap) {}

  private void base(ByteString session, Lane lane) {
    Base base =
        Base.newBuilder()
            .setSession(session)
            .setNumber(lane.baseNumber())
            .setGiven(lane.baseGiven())
            .build();
    append(JournalRecord.newBuilder().setBase(base));
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
   */
  void give(LaneOrder order, Signed receipt, long cost, int[] tokens, float[] logProbabilities) {
    Given given =
        Given.newBuilder()
            .setSession(order.session())
            .setNumber(order.number())
            .setReceipt(receipt.toByteString())
            .addAllTokens(Tokens.list(tokens))
            .addAllLogProbabilities(Tokens.list(logProbabilities))
            .build();
    Digest32 hash = Signing.hash(Receipts.TAG, receipt);
    lock.lock();
    try {
      long place = append(JournalRecord.newBuilder().setGiven(given));
      lanes.get(order.session()).give(order, hash, cost, place);
    } finally {
      lock.unlock();
    }
  }

  /** No more receipts follow for this order. */
  void end(LaneOrder order) {
    lock.lock();
    try {
      lanes.get(order.session()).end(order);
      admitted.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What an order costs by its newest receipt. */
  long cost(LaneOrder order) {
    lock.lock();
    try {
      return order.cost();
    } finally {
      lock.unlock();
    }
  }

  private long append(JournalRecord.Builder stored) {
    return journal.append(stored.build().toByteArray());
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
  Optional<Kept> kept(LaneOrder order) {
    lock.lock();
    try {
      if (!order.hasReceipt()) {
        return Optional.empty();
      }
      List<Given> given = new ArrayList<>();
      for (long place : order.givenPlaces()) {
        given.add(JournalRecord.parseFrom(journal.read(place)).getGiven());
      }
      List<Integer> tokens = given.stream().flatMap(g -> g.getTokensList().stream()).toList();
      List<Float> logs = given.stream().flatMap(g -> g.getLogProbabilitiesList().stream()).toList();
      return Optional.of(
          new Kept(
              submission(order),
              Signed.parseFrom(given.getLast().getReceipt()),
              Tokens.ints(tokens),
              Tokens.floats(logs)));
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("a record reads as it was written", e);
    } finally {
      lock.unlock();
    }
  }

  private OrderSubmission submission(LaneOrder order) throws InvalidProtocolBufferException {
    return OrderSubmission.parseFrom(
        JournalRecord.parseFrom(journal.read(order.orderPlace())).getSubmission());
  }

  /**
   * What can be settled behind an order: up to the one before the oldest that runs. Empty if that
   * costs nothing.
   */
  Optional<Settlement> settlement(ByteString session, long settledNumber) {
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
      OrderSubmission newest = submission(lane.order(lane.lastNumber()).orElseThrow());
      return Optional.of(
          new Settlement(session, last, log, newest.getOrder(), open(lane, newest, last)));
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("a record reads as it was written", e);
    } finally {
      lock.unlock();
    }
  }

  /** The receipts that the newest order does not acknowledge, its own included. */
  private List<OrderReceipt> open(Lane lane, OrderSubmission newest, long last)
      throws InvalidProtocolBufferException {
    Order order = Order.parseFrom(newest.getOrder().getBody());
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
      return lane != null && lane.settleable() < lane.lastNumber();
    } finally {
      lock.unlock();
    }
  }

  boolean isRunning(LaneOrder order) {
    lock.lock();
    try {
      return order.isRunning();
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
