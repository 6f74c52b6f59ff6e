package exacta.gateway;

import com.google.protobuf.ByteString;
import exacta.primitives.Check;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The books of one lane: which number comes next, what is acknowledged, which orders are open. They
 * survive a crash at any moment: no number is used twice, and no receipt is acknowledged and then
 * forgotten. Safe for several threads. Spec: gateway.md#lane-books.
 */
final class LaneLedger implements AutoCloseable {
  /** What an order says of the lane. */
  record Entry(long number, long acknowledged, List<Long> open) {}

  /** Costs that are remembered for questions about the past. */
  private static final int COSTS_MAX = 65_536;

  private final EventFile file;
  private final TreeMap<Long, Long> openCosts = new TreeMap<>();

  /**
   * Refused orders after the last one that the host is known to have taken: it has to be told that
   * their numbers are gone.
   */
  private final TreeSet<Long> refused = new TreeSet<>();

  /** Those among the refused that the host never took: at the end, their numbers are used again. */
  private final TreeSet<Long> free = new TreeSet<>();

  private final TreeMap<Long, Long> costs = new TreeMap<>();
  private long last;
  private long acknowledged;
  private long settledNumber;
  private boolean closed;

  private LaneLedger(Path path) {
    this.file = EventFile.open(path, this::apply);
  }

  static LaneLedger open(Path path) {
    return new LaneLedger(path);
  }

  /**
   * Takes the next number for an order that costs at most so much. When this returns, the disk
   * knows of it.
   */
  synchronized Entry open(long costMax) {
    Check.that(costMax >= 0, "a cost is not negative");
    SortedSet<Long> open = new TreeSet<>(openCosts.keySet());
    open.addAll(refused);
    Entry entry = new Entry(last + 1, acknowledged, List.copyOf(open));
    record(new LaneEvent.Opened(entry.number(), costMax));
    // This also brings every receipt to the disk that the order acknowledges.
    file.force();
    return entry;
  }

  /**
   * Acknowledges the last receipt of an order. Nothing happens if the order is closed: then the
   * chain has already said what it cost.
   */
  synchronized void received(long number, long cost, ByteString evidence) {
    if (!closed && openCosts.containsKey(number)) {
      record(new LaneEvent.Received(number, cost, evidence));
    }
  }

  /** Closes an order that the host refused, which costs nothing. */
  synchronized void refused(long number) {
    if (!closed && openCosts.containsKey(number)) {
      record(new LaneEvent.Refused(number));
    }
  }

  /**
   * Closes an order that the host did not take at all. Its number is used again if it can be: else
   * a host that is busy for a while would leave more numbers to name than an order may.
   */
  synchronized void returned(long number) {
    if (!closed && openCosts.containsKey(number)) {
      record(new LaneEvent.Returned(number));
    }
  }

  /**
   * Takes over what the chain shows: all orders up to this one are settled, and cost so much
   * together. This closes those among them whose receipt never came.
   */
  synchronized void settled(long number, long sum) {
    if (!closed && number > settledNumber) {
      record(new LaneEvent.Settled(number, sum));
    }
  }

  private void record(LaneEvent event) {
    file.append(event);
    apply(event);
  }

  private void apply(LaneEvent event) {
    switch (event) {
      case LaneEvent.Opened opened -> {
        last = Math.max(last, opened.number());
        openCosts.put(opened.number(), opened.costMax());
      }
      case LaneEvent.Received received -> {
        openCosts.remove(received.number());
        acknowledged = Math.addExact(acknowledged, received.cost());
        remember(received.number(), received.cost());
        refused.headSet(received.number()).clear();
        free.headSet(received.number()).clear();
      }
      case LaneEvent.Refused one -> {
        openCosts.remove(one.number());
        remember(one.number(), 0);
        refused.add(one.number());
      }
      case LaneEvent.Settled settled -> applySettled(settled);
      case LaneEvent.Returned returned -> {
        openCosts.remove(returned.number());
        remember(returned.number(), 0);
        refused.add(returned.number());
        free.add(returned.number());
        while (free.remove(last)) {
          refused.remove(last);
          costs.remove(last);
          last--;
        }
      }
    }
  }

  private void applySettled(LaneEvent.Settled settled) {
    SortedMap<Long, Long> closing = openCosts.headMap(settled.number() + 1);
    SortedMap<Long, Long> later = costs.tailMap(settled.number() + 1);
    long total = Math.addExact(settled.sum(), later.values().stream().mapToLong(c -> c).sum());
    if (closing.size() == 1) {
      remember(closing.firstKey(), Math.max(0, total - acknowledged));
    }
    closing.clear();
    refused.headSet(settled.number() + 1).clear();
    free.headSet(settled.number() + 1).clear();
    // A host that settled less than it gave has given that up; its own count of the lane is still
    // the higher one.
    acknowledged = Math.max(acknowledged, total);
    settledNumber = settled.number();
    last = Math.max(last, settled.number());
  }

  private void remember(long number, long cost) {
    costs.put(number, cost);
    while (costs.size() > COSTS_MAX && costs.firstKey() <= settledNumber) {
      costs.pollFirstEntry();
    }
  }

  /** How many orders run, or ended without a receipt and are not settled. */
  synchronized int openCount() {
    return openCosts.size();
  }

  /** Whether this order has neither a last receipt nor another end. */
  synchronized boolean isOpen(long number) {
    return openCosts.containsKey(number);
  }

  /** How many orders the next one has to name as open. */
  synchronized int namedCount() {
    return openCosts.size() + refused.size();
  }

  /** How many orders this lane has had. */
  synchronized long orderCount() {
    return last;
  }

  synchronized long acknowledged() {
    return acknowledged;
  }

  /** What is left of the cap if every open order costs as much as it may. */
  synchronized long remaining(long cap) {
    long open = openCosts.values().stream().mapToLong(cost -> cost).sum();
    return cap - acknowledged - open;
  }

  /**
   * What the orders from the first number to the one before the second cost together; empty if one
   * of them is not known.
   */
  synchronized OptionalLong costBetween(long from, long to) {
    SortedMap<Long, Long> known = costs.subMap(from, to);
    return known.size() == to - from
        ? OptionalLong.of(known.values().stream().mapToLong(cost -> cost).sum())
        : OptionalLong.empty();
  }

  @Override
  public synchronized void close() {
    closed = true;
    file.close();
  }
}
