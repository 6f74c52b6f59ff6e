package exacta.ledger;

import com.google.protobuf.ByteString;
import exacta.crypto.PrivateKey;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.primitives.SumTree;
import exacta.protocol.LaneLog;
import exacta.protocol.Orders;
import exacta.protocol.Receipts;
import exacta.protocol.Signing;
import exacta.protocol.Wire;
import exacta.protocol.v1.AnswerEnd;
import exacta.protocol.v1.MsgReceiptChallenge;
import exacta.protocol.v1.MsgSettle;
import exacta.protocol.v1.Order;
import exacta.protocol.v1.OrderReceipt;
import exacta.protocol.v1.Receipt;
import exacta.protocol.v1.Recomputed;
import exacta.protocol.v1.ShownProof;
import exacta.protocol.v1.Signed;
import exacta.protocol.v1.SumNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Both sides of one lane: what its gateway orders and its host answers and logs. Prices are 1
 * ngonka a token, a prompt has 10. What an answer's digest and stream are, is a function of the
 * order, so that a juror of the tests can recompute it.
 */
final class MarketLane {
  static final int PROMPT = 10;

  /** An order, and its receipt where there is one. */
  record Item(Signed order, Optional<Signed> receipt, long cost) {}

  private final String chainId;
  private final ByteString session;
  private final PrivateKey sessionKey;
  private final PrivateKey host;
  private final ByteString model;
  private final List<Item> items = new ArrayList<>();
  private long acknowledged;
  private long settled;

  MarketLane(
      String chainId,
      ByteString session,
      PrivateKey sessionKey,
      PrivateKey host,
      ByteString model) {
    this.chainId = chainId;
    this.session = session;
    this.sessionKey = sessionKey;
    this.host = host;
    this.model = model;
  }

  ByteString session() {
    return session;
  }

  /** An order as the gateway would sign it next. */
  Order.Builder order() {
    return order(items.size() + 1, acknowledged);
  }

  Order.Builder order(long number, long acknowledged) {
    return Order.newBuilder()
        .setChainId(chainId)
        .setSession(session)
        .setHost(Wire.bytes(host.address()))
        .setNumber(number)
        .setAcknowledged(acknowledged)
        .setModel(model)
        .setRequestHash(Wire.bytes(Hasher.of("test-request").integer(number).finish()))
        .setPromptCount(PROMPT)
        .setMaxTokens(1_000_000)
        .setInputPrice(Orders.PRICED_TOKENS)
        .setOutputPrice(Orders.PRICED_TOKENS)
        .setHadHash(Wire.bytes(Orders.hadHash(new int[0])));
  }

  Signed sign(Order.Builder order) {
    return Signing.sign(Orders.TAG, order.build().toByteArray(), sessionKey);
  }

  Signed sign(Receipt.Builder receipt) {
    return Signing.sign(Receipts.TAG, receipt.build().toByteArray(), host);
  }

  /** The true receipt of so many tokens. */
  static Receipt.Builder receipt(Signed order, int count) {
    Digest32 orderHash = Signing.hash(Orders.TAG, order);
    Recomputed answer = answer(orderHash, count);
    Digest32 digest = Wire.digest(answer.getDigest());
    return Receipt.newBuilder()
        .setOrderHash(Wire.bytes(orderHash))
        .setCount(count)
        .setStreamHash(answer.getStreamHash())
        .setDigestCommitment(Wire.bytes(Receipts.digestCommitment(orderHash, count, digest)))
        .setEnd(AnswerEnd.ANSWER_END_STOP)
        .setCost(count == 0 ? 0 : PROMPT + count);
  }

  /** What recomputing gives. */
  static Recomputed answer(Digest32 orderHash, int count) {
    return Recomputed.newBuilder()
        .setDigest(Wire.bytes(Hasher.of("test-digest").digest(orderHash).integer(count).finish()))
        .setStreamHash(
            Wire.bytes(Hasher.of("test-stream").digest(orderHash).integer(count).finish()))
        .build();
  }

  /** The next order is answered truly with so many tokens, and acknowledged by the one after. */
  Item serve(int count) {
    Signed order = sign(order());
    return log(order, sign(receipt(order, count)), count == 0 ? 0 : PROMPT + count);
  }

  /** The next order is answered with the tokens of a cheaper model. */
  Item serveFalsely(int count) {
    Signed order = sign(order());
    Receipt.Builder receipt = receipt(order, count);
    receipt.setStreamHash(Wire.bytes(Hasher.of("test-cheap").finish()));
    return log(order, sign(receipt), PROMPT + count);
  }

  /** Puts this into the log, as it is. */
  Item log(Signed order, Signed receipt, long cost) {
    Item item = new Item(order, Optional.of(receipt), cost);
    items.add(item);
    acknowledged += cost;
    return item;
  }

  /** The next order stays without answer. */
  void skip() {
    items.add(new Item(sign(order()), Optional.empty(), 0));
  }

  Item item(long number) {
    return items.get((int) number - 1);
  }

  long lastNumber() {
    return items.size();
  }

  /** What all items cost. */
  long sum() {
    return items.stream().mapToLong(Item::cost).sum();
  }

  /** The log of the orders from this one on; if it was settled, up to the last settled one. */
  SumTree log(long firstNumber) {
    List<SumTree.Node> leaves = new ArrayList<>();
    long last = firstNumber <= settled ? settled : items.size();
    for (long number = firstNumber; number <= last; number++) {
      Item item = item(number);
      long at = number;
      leaves.add(
          item.receipt()
              .map(receipt ->
                  LaneLog.item(
                      at,
                      Signing.hash(Orders.TAG, item.order()),
                      Signing.hash(Receipts.TAG, receipt),
                      item.cost()))
              .orElseGet(() -> LaneLog.empty(at)));
    }
    return new SumTree(leaves);
  }

  /** Settles all from the last settled one on, with a newest order that acknowledges all. */
  MsgSettle.Builder settle() {
    SumTree.Node root = log(settled + 1).root();
    return MsgSettle.newBuilder()
        .setHost(host.address().toString())
        .setSession(session)
        .setLastNumber(items.size())
        .setRoot(Wire.bytes(root.hash()))
        .setSum(root.sum())
        .setNewestOrder(sign(order(items.size() + 1, acknowledged)));
  }

  /** Where the next settlement begins. */
  long firstNumber() {
    return settled + 1;
  }

  /** The next settlement begins behind all that there is now. */
  void settled() {
    settled = items.size();
  }

  OrderReceipt open(long number) {
    return OrderReceipt.newBuilder()
        .setOrder(item(number).order())
        .setReceipt(item(number).receipt().orElseThrow())
        .build();
  }

  /** The number of the order that earned this coin of a settlement from this order on. */
  long numberOfCoin(long firstNumber, long coin) {
    return firstNumber + log(firstNumber).leafOfCoin(coin);
  }

  List<SumNode> path(long firstNumber, long number) {
    return log(firstNumber).path((int) (number - firstNumber)).stream()
        .map(node ->
            SumNode.newBuilder().setHash(Wire.bytes(node.hash())).setSum(node.sum()).build())
        .toList();
  }

  /** The rest of the challenge says who and when. */
  MsgReceiptChallenge.Builder challenge(long firstNumber, long number) {
    return MsgReceiptChallenge.newBuilder()
        .setHost(host.address().toString())
        .setSession(session)
        .setNumber(number)
        .setOrder(item(number).order())
        .setReceipt(item(number).receipt().orElseThrow())
        .addAllPath(path(firstNumber, number));
  }

  ShownProof shown(long firstNumber, long number) {
    return ShownProof.newBuilder()
        .setNumber(number)
        .setOrder(item(number).order())
        .setReceipt(item(number).receipt().orElseThrow())
        .addAllPath(path(firstNumber, number))
        .build();
  }

  /** A proof of nothing. */
  ShownProof anyShown() {
    Signed order = sign(order(1, 0));
    return ShownProof.newBuilder()
        .setNumber(1)
        .setOrder(order)
        .setReceipt(sign(receipt(order, 1)))
        .build();
  }
}
