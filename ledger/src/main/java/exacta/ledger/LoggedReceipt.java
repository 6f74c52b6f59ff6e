package exacta.ledger;

import com.google.protobuf.ByteString;
import exacta.primitives.Digest32;
import exacta.primitives.SumTree;
import exacta.protocol.LaneLog;
import exacta.protocol.Orders;
import exacta.protocol.Receipts;
import exacta.protocol.Signing;
import exacta.protocol.Wire;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.Order;
import exacta.protocol.v1.Receipt;
import exacta.protocol.v1.SettledLane;
import exacta.protocol.v1.Signed;
import exacta.protocol.v1.SumNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * An order and its receipt that a host was shown to have in the log of a settled lane; both
 * signatures are valid. What they say may be false, or contradict itself. Spec: market.md#challenge
 * and #lie.
 *
 * @param cost what the log says it cost: the coins from {@code sumBefore} on
 */
record LoggedReceipt(
    LaneIdentity lane, long number, Signed order, Signed receipt, long sumBefore, long cost) {

  /** Follows the path to the lane's root; empty if anything does not fit. */
  static Optional<LoggedReceipt> locate(
      LaneIdentity lane,
      SettledLane settled,
      long number,
      Signed order,
      Signed receipt,
      List<SumNode> path) {
    Optional<List<SumTree.Node>> siblings = nodes(path);
    Optional<Digest32> rootHash = Wire.parseDigest(settled.getRoot());
    if (siblings.isEmpty()
        || rootHash.isEmpty()
        || !lane.isSigned(order)
        || !Signing.isBy(Receipts.TAG, receipt, lane.host())) {
      return Optional.empty();
    }
    long cost = settled.getSum();
    for (SumTree.Node sibling : siblings.get()) {
      if (sibling.sum() < 0 || sibling.sum() > cost) {
        return Optional.empty();
      }
      cost -= sibling.sum();
    }
    SumTree.Node leaf =
        LaneLog.item(
            number, Signing.hash(Orders.TAG, order), Signing.hash(Receipts.TAG, receipt), cost);
    long leafCost = cost;
    return SumTree.locate(
            new SumTree.Node(rootHash.get(), settled.getSum()),
            settled.getLastNumber() - settled.getFirstNumber() + 1,
            number - settled.getFirstNumber(),
            leaf,
            siblings.get())
        .map(at -> new LoggedReceipt(lane, number, order, receipt, at.sumBefore(), leafCost));
  }

  private static Optional<List<SumTree.Node>> nodes(List<SumNode> path) {
    List<SumTree.Node> nodes = new ArrayList<>(path.size());
    for (SumNode node : path) {
      Optional<Digest32> hash = Wire.parseDigest(node.getHash());
      if (hash.isEmpty()) {
        return Optional.empty();
      }
      nodes.add(new SumTree.Node(hash.get(), node.getSum()));
    }
    return Optional.of(nodes);
  }

  boolean earned(long coin) {
    return coin >= sumBefore && coin - sumBefore < cost;
  }

  /** What no honest host signs and logs; empty if only the answer itself can be wrong. */
  Optional<String> contradiction(Predicate<ByteString> isListedModel) {
    Optional<Order> parsedOrder = Orders.parse(order);
    Optional<Receipt> parsedReceipt = Receipts.parse(receipt);
    if (parsedOrder.isEmpty()) {
      return Optional.of("the order is malformed");
    }
    if (parsedReceipt.isEmpty()) {
      return Optional.of("the receipt is malformed");
    }
    return contradiction(parsedOrder.get(), parsedReceipt.get(), isListedModel);
  }

  private Optional<String> contradiction(
      Order says, Receipt answers, Predicate<ByteString> isListedModel) {
    if (!lane.isNamedBy(says)) {
      return Optional.of("the order belongs to another lane");
    }
    if (says.getNumber() != number) {
      return Optional.of("the order has another number than its place in the log");
    }
    if (!isListedModel.test(says.getModel())) {
      return Optional.of("the order's model is not listed");
    }
    if (!answers.getOrderHash().equals(Wire.bytes(orderHash()))) {
      return Optional.of("the receipt is for another order");
    }
    if (answers.getCount() > says.getMaxTokens()) {
      return Optional.of("the receipt has more tokens than the order allows");
    }
    if (answers.getCost() != Orders.cost(says, answers.getCount())) {
      return Optional.of("the receipt does not cost what the order's prices say");
    }
    return answers.getCost() == cost
        ? Optional.empty()
        : Optional.of("the log says another cost than the receipt");
  }

  Digest32 orderHash() {
    return Signing.hash(Orders.TAG, order);
  }

  /** Writes into a dispute what the jury is to judge. */
  DisputeRecord.Builder describe(DisputeRecord.Builder dispute) {
    dispute.setNumber(number).setCost(cost).setOrderHash(Wire.bytes(orderHash()));
    Receipts.parse(receipt)
        .ifPresent(says ->
            dispute
                .setCount(says.getCount())
                .setStreamHash(says.getStreamHash())
                .setDigestCommitment(says.getDigestCommitment()));
    return dispute;
  }
}
