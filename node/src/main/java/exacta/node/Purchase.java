package exacta.node;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import exacta.chainclient.ChainClient;
import exacta.crypto.Address;
import exacta.crypto.PublicKey;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.protocol.Orders;
import exacta.protocol.Receipts;
import exacta.protocol.Signing;
import exacta.protocol.v1.Order;
import exacta.protocol.v1.Receipt;
import exacta.protocol.v1.SessionRecord;
import exacta.protocol.v1.Signed;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * An order with its receipt, verified with nothing but the chain's word for the session key.
 *
 * @param cost in ngonka
 */
record Purchase(
    Digest32 session,
    Address host,
    long number,
    Digest32 orderHash,
    Digest32 receiptHash,
    int promptTokens,
    int tokens,
    String end,
    long cost) {

  /**
   * Reads what the gateway says of an answer: one purchase, or several after a failover.
   *
   * @throws ExactaException if a signature, a hash or a cost is wrong
   */
  static List<Purchase> verified(JsonNode exacta, ChainClient chain) {
    List<Purchase> purchases = new ArrayList<>();
    for (JsonNode part : exacta.path("parts").values()) {
      if (part.path("tokens").asInt(0) > 0) {
        purchases.add(
            verified(signed(part, "signed_order"), signed(part, "signed_receipt"), chain));
      }
    }
    if (purchases.isEmpty()) {
      throw ExactaException.error("the gateway shows no receipt for its answer");
    }
    return List.copyOf(purchases);
  }

  private static Signed signed(JsonNode part, String field) {
    try {
      return Signed.parseFrom(Base64.getDecoder().decode(part.path(field).asString("")));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new ExactaException(
          ExactaException.Category.ERROR, "the gateway's " + field + " cannot be read: " + e, e);
    }
  }

  private static Purchase verified(Signed signedOrder, Signed signedReceipt, ChainClient chain) {
    Order order = Orders.parse(signedOrder).orElseThrow(() -> wrong("order", "is malformed"));
    Receipt receipt =
        Receipts.parse(signedReceipt).orElseThrow(() -> wrong("receipt", "is malformed"));
    SessionRecord session =
        chain
            .session(order.getSession().toByteArray())
            .orElseThrow(() -> wrong("order", "is of a session that the chain does not know"));
    require(order.getChainId().equals(chain.chainId()), "order", "is for another chain");
    PublicKey sessionKey =
        PublicKey.parse(session.getSessionKey().toByteArray())
            .orElseThrow(() -> wrong("session", "has a malformed key"));
    require(
        Signing.isBy(Orders.TAG, signedOrder, sessionKey), "order", "is not by the session's key");
    Address host = Address.of(order.getHost().toByteArray());
    require(
        Signing.isBy(Receipts.TAG, signedReceipt, host), "receipt", "is not signed by the host");
    Digest32 orderHash = Signing.hash(Orders.TAG, signedOrder);
    require(receipt.getOrderHash().equals(bytes(orderHash)), "receipt", "is for another order");
    require(
        receipt.getCost() == Orders.cost(order, receipt.getCount()),
        "receipt",
        "states another cost than its tokens have");
    return new Purchase(
        Digest32.of(order.getSession().toByteArray()),
        host,
        order.getNumber(),
        orderHash,
        Signing.hash(Receipts.TAG, signedReceipt),
        order.getPromptCount(),
        receipt.getCount(),
        receipt.getEnd().name().replace("ANSWER_END_", "").toLowerCase(Locale.ROOT),
        receipt.getCost());
  }

  private static ByteString bytes(Digest32 digest) {
    return ByteString.copyFrom(digest.toBytes());
  }

  private static void require(boolean condition, String what, String problem) {
    if (!condition) {
      throw wrong(what, problem);
    }
  }

  private static ExactaException wrong(String what, String problem) {
    return ExactaException.error("the " + what + " " + problem);
  }
}
