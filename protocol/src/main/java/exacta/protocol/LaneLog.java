package exacta.protocol;

import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.primitives.SumTree;

/** The leaves of a lane log, a sum tree over a lane's orders. Spec: encoding.md#lane-log. */
public final class LaneLog {
  private LaneLog() {}

  /** The order with this number and its receipt, which costs so many ngonka. */
  public static SumTree.Node item(
      long number, Digest32 orderHash, Digest32 receiptHash, long cost) {
    Digest32 hash =
        Hasher.of("lane-item").integer(number).digest(orderHash).digest(receiptHash).finish();
    return new SumTree.Node(hash, cost);
  }

  /** An order without receipt, which costs nothing. */
  public static SumTree.Node empty(long number) {
    return new SumTree.Node(Hasher.of("lane-empty").integer(number).finish(), 0);
  }
}
