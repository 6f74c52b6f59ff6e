package exacta.host;

import com.google.protobuf.ByteString;
import exacta.crypto.Address;
import exacta.crypto.PublicKey;
import exacta.engine.AnswerRequest;
import exacta.primitives.Digest32;
import exacta.primitives.SumTree;
import exacta.protocol.LaneLog;
import exacta.protocol.Orders;
import exacta.protocol.Receipts;
import exacta.protocol.Signing;
import exacta.protocol.Tokens;
import exacta.protocol.Wire;
import exacta.protocol.v1.AnswerEnd;
import exacta.protocol.v1.Order;
import exacta.protocol.v1.Receipt;
import exacta.protocol.v1.SettledLane;
import exacta.protocol.v1.ShownReceipt;
import java.util.List;
import java.util.Optional;

/**
 * Whether what a host shows is the receipt that earned a coin, with everything needed to recompute
 * it. What is signed and in the log but contradicts itself is a lie; anything else that does not
 * fit was not shown. Spec: host-api.md#receipt-check.
 */
final class ReceiptCheck {
  /** What was found. */
  sealed interface Finding {}

  /** All fits; whether the answer is right, only recomputing tells. */
  record Shown(
      ShownReceipt proof,
      Order order,
      Receipt receipt,
      AnswerRequest request,
      Digest32 orderHash,
      Placed place)
      implements Finding {
    int[] tokens() {
      return Tokens.ints(proof.getTokensList());
    }

    boolean isCut() {
      return receipt.getEnd() == AnswerEnd.ANSWER_END_CUT;
    }
  }

  /** Signed, in the log, and impossible. */
  record Lie(ShownReceipt proof, String why) implements Finding {}

  record NotShown(String why) implements Finding {}

  /**
   * Which order of a lane is meant.
   *
   * @param number of the order; 0: the one that earned the coin
   */
  record Wanted(long number, long coin) {
    static Wanted coin(long coin) {
      return new Wanted(0, coin);
    }

    static Wanted number(long number) {
      return new Wanted(number, 0);
    }
  }

  private final String chainId;
  private final Address host;
  private final SettledLane lane;

  /**
   * @param lane as the host settled it
   */
  ReceiptCheck(String chainId, Address host, SettledLane lane) {
    this.chainId = chainId;
    this.host = host;
    this.lane = lane;
  }

  Finding check(ShownReceipt shown, Wanted wanted) {
    Optional<PublicKey> key = PublicKey.parse(lane.getSessionKey().toByteArray());
    if (key.isEmpty() || !Signing.isBy(Orders.TAG, shown.getOrder(), key.get())) {
      return new NotShown("the order is not signed by the session's key");
    }
    if (!Signing.isBy(Receipts.TAG, shown.getReceipt(), host)) {
      return new NotShown("the receipt is not signed by the host");
    }
    Optional<Placed> placed = locate(shown);
    if (placed.isEmpty()) {
      return new NotShown("it is not in the lane's log");
    }
    if (!placed.get().is(shown.getNumber(), wanted)) {
      return new NotShown("it is not the order that was asked for");
    }
    Optional<Order> order = Orders.parse(shown.getOrder());
    Optional<Receipt> receipt = Receipts.parse(shown.getReceipt());
    if (order.isEmpty() || receipt.isEmpty()) {
      return new Lie(shown, "order or receipt are not well-formed");
    }
    Optional<String> lie = contradiction(shown, order.get(), receipt.get(), placed.get().cost());
    return lie.isPresent()
        ? new Lie(shown, lie.get())
        : checkRequest(shown, order.get(), receipt.get(), placed.get());
  }

  /** Where the log has it, and the cost that it has there. */
  record Placed(long sumBefore, long cost) {
    boolean earned(long coin) {
      return coin >= sumBefore && coin - sumBefore < cost;
    }

    private boolean is(long number, Wanted wanted) {
      return wanted.number() == 0 ? earned(wanted.coin()) : wanted.number() == number;
    }
  }

  private Optional<Placed> locate(ShownReceipt shown) {
    Optional<List<SumTree.Node>> path = SumNodes.read(shown.getPathList());
    Optional<Digest32> root = Wire.parseDigest(lane.getRoot());
    if (path.isEmpty() || root.isEmpty()) {
      return Optional.empty();
    }
    long cost = lane.getSum();
    for (SumTree.Node node : path.get()) {
      if (node.sum() < 0 || node.sum() > cost) {
        return Optional.empty();
      }
      cost -= node.sum();
    }
    long leafCost = cost;
    SumTree.Node leaf =
        LaneLog.item(
            shown.getNumber(),
            Signing.hash(Orders.TAG, shown.getOrder()),
            Signing.hash(Receipts.TAG, shown.getReceipt()),
            leafCost);
    return SumTree.locate(
            new SumTree.Node(root.get(), lane.getSum()),
            lane.getLastNumber() - lane.getFirstNumber() + 1,
            shown.getNumber() - lane.getFirstNumber(),
            leaf,
            path.get())
        .map(position -> new Placed(position.sumBefore(), leafCost));
  }

  /** What no honest host signs and logs. Spec: market.md#lie. */
  private Optional<String> contradiction(
      ShownReceipt shown, Order order, Receipt receipt, long cost) {
    ByteString orderHash = Wire.bytes(Signing.hash(Orders.TAG, shown.getOrder()));
    if (!order.getChainId().equals(chainId)
        || !order.getHost().equals(Wire.bytes(host))
        || !order.getSession().equals(lane.getSession())
        || order.getNumber() != shown.getNumber()) {
      return Optional.of("the order belongs elsewhere");
    }
    if (!receipt.getOrderHash().equals(orderHash)) {
      return Optional.of("the receipt is for another order");
    }
    if (receipt.getCount() > order.getMaxTokens()) {
      return Optional.of("the receipt has more tokens than the order allows");
    }
    return receipt.getCost() != Orders.cost(order, receipt.getCount()) || receipt.getCost() != cost
        ? Optional.of("the receipt does not cost what the order's prices say")
        : Optional.empty();
  }

  private static Finding checkRequest(
      ShownReceipt shown, Order order, Receipt receipt, Placed placed) {
    int[] had = Tokens.ints(shown.getHadList());
    Optional<String> mismatch = Orders.mismatch(order, shown.getRequest(), had);
    if (mismatch.isPresent()) {
      return new NotShown(mismatch.get());
    }
    StreamPart stream =
        new StreamPart(
            Tokens.ints(shown.getTokensList()),
            Tokens.floats(shown.getLogProbabilitiesList()),
            Wire.parseDigest(shown.getLikeliest()));
    Digest32 hash = stream.hash(receipt.getEnd());
    if (stream.tokens().length != receipt.getCount()
        || !receipt.getStreamHash().equals(Wire.bytes(hash))) {
      return new NotShown("the tokens are not those that the receipt binds");
    }
    try {
      AnswerRequest request = RequestReader.read(shown.getRequest(), had);
      Digest32 orderHash = Signing.hash(Orders.TAG, shown.getOrder());
      return new Shown(shown, order, receipt, request, orderHash, placed);
    } catch (IllegalArgumentException e) {
      return new NotShown("the request is none that can be answered: " + e.getMessage());
    }
  }
}
