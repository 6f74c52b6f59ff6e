package exacta.host;

import exacta.primitives.Digest32;
import exacta.primitives.SumTree;
import exacta.protocol.LaneLog;
import exacta.protocol.v1.Order;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The orders of one session at this host. Guarded by the book's lock. */
final class Lane {
  private final TreeMap<Long, LaneOrder> orders = new TreeMap<>();
  private final TreeSet<Long> running = new TreeSet<>();

  /** Orders up to this one are not kept any more; what they cost together. */
  private long baseNumber;

  private long baseGiven;
  private long lastNumber;

  /** What all orders of the lane cost together, by their newest receipts. */
  private long given;

  Lane(long baseNumber, long baseGiven) {
    this.baseNumber = baseNumber;
    this.baseGiven = baseGiven;
    this.lastNumber = baseNumber;
    this.given = baseGiven;
  }

  long baseNumber() {
    return baseNumber;
  }

  long baseGiven() {
    return baseGiven;
  }

  /** The newest order that was accepted. */
  long lastNumber() {
    return lastNumber;
  }

  Optional<LaneOrder> order(long number) {
    return Optional.ofNullable(orders.get(number));
  }

  /** Those kept, ascending. */
  Iterable<LaneOrder> orders() {
    return orders.values();
  }

  void add(LaneOrder order) {
    orders.put(order.number(), order);
    lastNumber = Math.max(lastNumber, order.number());
    if (order.isRunning()) {
      running.add(order.number());
    }
  }

  /** Of one order's receipts only the last counts. */
  void give(LaneOrder order, Digest32 receipt, long cost, long place) {
    given += cost - order.cost();
    order.given(receipt, cost, place);
  }

  void end(LaneOrder order) {
    order.end();
    running.remove(order.number());
  }

  /** Ends all that run. */
  void cut() {
    running.forEach(number -> orders.get(number).end());
    running.clear();
  }

  /**
   * Whether the order pays for all before it and fits the lane.
   *
   * <p>Spec: host-api.md#lane. A number between the last and this one must be among the open
   * orders: it never came here, and becomes an empty leaf.
   */
  Optional<Refused> mismatch(Order order, long costMax, long cap, int openMax) {
    Set<Long> open = new HashSet<>(order.getOpenList());
    for (long number = lastNumber + 1; number < order.getNumber(); number++) {
      if (!open.contains(number)) { // at most as many turns as there are open orders
        return refused(
            RefusalCode.OUT_OF_ORDER,
            "order %d came after order %d".formatted(order.getNumber(), lastNumber));
      }
    }
    if (open.size() > openMax) {
      return refused(RefusalCode.TOO_MANY_OPEN, "at most " + openMax + " orders may be open");
    }
    for (long number : running) {
      if (!open.contains(number)) {
        return refused(
            RefusalCode.FORGETS_RECEIPT,
            "order %d still runs and is not among the open ones".formatted(number));
      }
    }
    long acknowledged = given;
    long exposure = 0;
    for (long number : open) {
      LaneOrder known = orders.get(number);
      if (known != null) {
        acknowledged -= known.cost();
        exposure = saturatedSum(exposure, known.exposure());
      }
    }
    if (order.getAcknowledged() < acknowledged) {
      return refused(
          RefusalCode.FORGETS_RECEIPT,
          "acknowledges %d ngonka; receipts of orders that are not open say %d"
              .formatted(order.getAcknowledged(), acknowledged));
    }
    long worst = saturatedSum(saturatedSum(order.getAcknowledged(), exposure), costMax);
    if (worst > cap) {
      return refused(
          RefusalCode.LANE_EXHAUSTED,
          "the lane has %d ngonka; with this order it may owe %d".formatted(cap, worst));
    }
    return Optional.empty();
  }

  private static Optional<Refused> refused(RefusalCode code, String reason) {
    return Optional.of(new Refused(code, reason));
  }

  private static long saturatedSum(long a, long b) {
    long sum = a + b;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  /** The newest order; there is one. */
  LaneOrder newest() {
    return orders.lastEntry().getValue();
  }

  boolean isRunning() {
    return !running.isEmpty();
  }

  boolean isEmpty() {
    return orders.isEmpty();
  }

  /** The newest order before the oldest that still runs. */
  long settleable() {
    return running.isEmpty() ? lastNumber : running.first() - 1;
  }

  /** The log of the orders from one to another, both included. */
  SumTree log(long first, long last) {
    List<SumTree.Node> leaves = new ArrayList<>();
    for (long number = first; number <= last; number++) {
      LaneOrder order = orders.get(number);
      leaves.add(order == null ? LaneLog.empty(number) : order.leaf());
    }
    return new SumTree(leaves);
  }

  /** Forgets the orders up to this one; none of them runs. */
  void forget(long number) {
    while (!orders.isEmpty() && orders.firstKey() <= number) {
      baseGiven += orders.pollFirstEntry().getValue().cost();
    }
    baseNumber = Math.max(baseNumber, number);
    lastNumber = Math.max(lastNumber, baseNumber);
  }
}
