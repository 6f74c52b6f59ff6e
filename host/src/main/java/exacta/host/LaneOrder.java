package exacta.host;

import com.google.protobuf.ByteString;
import exacta.primitives.Digest32;
import exacta.primitives.SumTree;
import exacta.protocol.LaneLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One order of a lane as the book knows it. Guarded by the book's lock, but for what is final. */
final class LaneOrder {
  /** What it is called for good. */
  record Name(ByteString session, long number) {}

  private final Name name;
  private final Digest32 orderHash;
  private final long costMax;

  /** Where the journal has the order, and its receipts in order. */
  private final long orderPlace;

  private final List<Long> givenPlaces = new ArrayList<>();
  private Optional<Digest32> receiptHash = Optional.empty();
  private long cost;
  private boolean running = true;

  /** One that was just accepted. */
  LaneOrder(Name name, Digest32 orderHash, long costMax, long place) {
    this.name = name;
    this.orderHash = orderHash;
    this.costMax = costMax;
    this.orderPlace = place;
  }

  Name name() {
    return name;
  }

  long number() {
    return name.number();
  }

  Digest32 orderHash() {
    return orderHash;
  }

  long orderPlace() {
    return orderPlace;
  }

  List<Long> givenPlaces() {
    return List.copyOf(givenPlaces);
  }

  boolean isRunning() {
    return running;
  }

  boolean hasReceipt() {
    return receiptHash.isPresent();
  }

  /** What the newest receipt says, 0 without one. */
  long cost() {
    return cost;
  }

  long costMax() {
    return costMax;
  }

  /** What the developer may owe for it at most. */
  long exposure() {
    return running ? costMax : cost;
  }

  void given(Digest32 receipt, long newCost, long place) {
    receiptHash = Optional.of(receipt);
    cost = newCost;
    givenPlaces.add(place);
  }

  void end() {
    running = false;
  }

  SumTree.Node leaf() {
    return receiptHash
        .map(receipt -> LaneLog.item(name.number(), orderHash, receipt, cost))
        .orElseGet(() -> LaneLog.empty(name.number()));
  }
}
