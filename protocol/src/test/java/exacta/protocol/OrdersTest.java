package exacta.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import exacta.protocol.v1.AnswerEnd;
import exacta.protocol.v1.InferenceRequest;
import exacta.protocol.v1.Order;
import exacta.protocol.v1.Receipt;
import exacta.protocol.v1.Signed;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class OrdersTest {
  private static Optional<Order> parsed(Order order) {
    return Orders.parse(Signing.sign(Orders.TAG, order.toByteArray(), Fixtures.ALICE));
  }

  @Test
  void readsAnOrder() {
    assertEquals(Optional.of(Fixtures.order()), Orders.parse(Fixtures.signedOrder()));
    assertEquals(Optional.of(Fixtures.order(8, 9)), parsed(Fixtures.order(8, 9)));
  }

  @Test
  void refusesOrdersThatAreNotWellFormed() {
    List<Consumer<Order.Builder>> changes =
        List.of(
            order -> order.setChainId(""),
            order -> order.setChainId("a b"),
            order -> order.setChainId("x".repeat(65)),
            order -> order.setSession(ByteString.EMPTY),
            order -> order.setHost(Fixtures.bytes("32 bytes")),
            order -> order.setModel(ByteString.EMPTY),
            order -> order.setRequestHash(ByteString.EMPTY),
            order -> order.setHadHash(ByteString.EMPTY),
            order -> order.setNumber(0),
            order -> order.setNumber(-1),
            order -> order.setAcknowledged(-1),
            order -> order.setOpen(0, 0),
            order -> order.setOpen(1, 4),
            order -> order.setOpen(1, 9),
            order -> order.setInputPrice(-1),
            order -> order.setOutputPrice(Bounds.PRICE_MAX + 1),
            order -> order.setPromptCount(0),
            order -> order.setPromptCount(-1),
            order -> order.setHadCount(3),
            order -> order.setMaxTokens(0),
            order -> order.setMaxTokens(-1),
            order -> order.setMaxTokens(Bounds.TOKENS_MAX - 2));
    for (int i = 0; i < changes.size(); i++) {
      Order.Builder order = Fixtures.order().toBuilder();
      changes.get(i).accept(order);
      assertEquals(Optional.empty(), parsed(order.build()), "change " + i);
    }
  }

  @Test
  void refusesUnknownFieldsAndBytesThatAreNoOrder() {
    ByteString unknown =
        Fixtures.order().toByteString().concat(ByteString.copyFrom(new byte[] {0x78, 1}));
    Signed signed = Fixtures.signedOrder();
    assertEquals(Optional.empty(), Orders.parse(signed.toBuilder().setBody(unknown).build()));
    assertEquals(Optional.empty(), Orders.parse(Signed.getDefaultInstance()));
    ByteString cut = signed.getBody().substring(0, signed.getBody().size() - 1);
    assertEquals(Optional.empty(), Orders.parse(signed.toBuilder().setBody(cut).build()));
  }

  @Test
  void costsWhatTheFormulaSays() {
    Order order = Fixtures.order();
    assertEquals(0, Orders.cost(order, 0));
    // (3 * 1,000,000 + 1 * 3,500,000) / 1,000,000, rounded down.
    assertEquals(6, Orders.cost(order, 1));
    assertEquals(10, Orders.cost(order, 2));
    assertEquals(73, Orders.costMax(order));
    Order dearest =
        order.toBuilder()
            .setPromptCount(Bounds.TOKENS_MAX / 2)
            .setMaxTokens(Bounds.TOKENS_MAX / 2)
            .setInputPrice(Bounds.PRICE_MAX)
            .setOutputPrice(Bounds.PRICE_MAX)
            .build();
    assertEquals(Bounds.TOKENS_MAX * 1_000_000L, Orders.costMax(dearest));
  }

  private static void assertMismatch(
      String text, Order order, InferenceRequest request, int... had) {
    String mismatch = Orders.mismatch(order, request, had).orElse("");
    assertTrue(mismatch.contains(text), mismatch);
  }

  @Test
  void knowsWhichRequestAnOrderIsFor() {
    InferenceRequest request = Fixtures.request();
    Order order = Fixtures.order();
    assertEquals(Optional.empty(), Orders.mismatch(order, request, new int[0]));
    assertEquals(
        Optional.empty(), Orders.mismatch(Fixtures.order(5, 6), request, new int[] {5, 6}));
    assertMismatch("already had", Fixtures.order(5, 6), request, 5, 7);
    assertMismatch("already had", order, request, 5);
    assertMismatch(
        "another model", order, request.toBuilder().setModel(Fixtures.bytes("other")).build());
    assertMismatch(
        "another request", order, request.toBuilder().setSeed(Fixtures.bytes("other")).build());
    assertMismatch("prompt_count", order.toBuilder().setPromptCount(4).build(), request);
    assertMismatch("max_tokens", order.toBuilder().setMaxTokens(21).build(), request);
  }

  @Test
  void saysWhatIsWrongWithARequest() {
    InferenceRequest request = Fixtures.request();
    assertEquals(Optional.empty(), Requests.problem(request));
    List<Consumer<InferenceRequest.Builder>> changes =
        List.of(
            builder -> builder.setSeed(ByteString.EMPTY),
            builder -> builder.clearPrompt(),
            builder -> builder.setPrompt(0, -1),
            builder -> builder.getParametersBuilder().setMaxTokens(0),
            builder -> builder.getParametersBuilder().setMaxTokens(Bounds.TOKENS_MAX),
            builder -> builder.getParametersBuilder().setTemperature(-0.5f),
            builder -> builder.getParametersBuilder().setTemperature(Float.NaN),
            builder -> builder.getParametersBuilder().setTemperature(Float.POSITIVE_INFINITY),
            builder -> builder.getParametersBuilder().setTopP(0),
            builder -> builder.getParametersBuilder().setTopP(1.5f),
            builder -> builder.getParametersBuilder().setTopP(Float.NaN),
            builder -> builder.getParametersBuilder().setTopK(-1),
            builder -> builder.getParametersBuilder().addStop(""),
            builder -> builder.getParametersBuilder().addStop("ä".repeat(129)));
    for (int i = 0; i < changes.size(); i++) {
      InferenceRequest.Builder builder = request.toBuilder();
      changes.get(i).accept(builder);
      assertTrue(Requests.problem(builder.build()).isPresent(), "change " + i);
    }
  }

  @Test
  void readsReceiptsWithAnEndOnly() {
    Receipt receipt =
        Receipt.newBuilder()
            .setOrderHash(Fixtures.bytes("order"))
            .setCount(3)
            .setStreamHash(Fixtures.bytes("stream"))
            .setDigestCommitment(Fixtures.bytes("digest"))
            .setEnd(AnswerEnd.ANSWER_END_CUT)
            .setCost(5)
            .build();
    assertEquals(Optional.of(receipt), parsedReceipt(receipt));
    assertEquals(
        Optional.empty(),
        parsedReceipt(receipt.toBuilder().setEnd(AnswerEnd.ANSWER_END_UNSPECIFIED).build()));
    assertEquals(Optional.empty(), parsedReceipt(receipt.toBuilder().setEndValue(9).build()));
    assertEquals(Optional.empty(), parsedReceipt(receipt.toBuilder().setCost(-1).build()));
    assertEquals(Optional.empty(), parsedReceipt(receipt.toBuilder().setCount(-1).build()));
  }

  private static Optional<Receipt> parsedReceipt(Receipt receipt) {
    return Receipts.parse(Signing.sign(Receipts.TAG, receipt.toByteArray(), Fixtures.BOB));
  }

  @Test
  void knowsWhoSigned() {
    Signed signed = Fixtures.signedOrder();
    assertTrue(Signing.isBy(Orders.TAG, signed, Fixtures.ALICE.address()));
    assertTrue(Signing.isBy(Orders.TAG, signed, Fixtures.ALICE.publicKey()));
    assertFalse(Signing.isBy(Orders.TAG, signed, Fixtures.BOB.address()));
    assertFalse(Signing.isBy(Orders.TAG, signed, Fixtures.BOB.publicKey()));
    assertFalse(Signing.isBy(Receipts.TAG, signed, Fixtures.ALICE.address()));
    ByteString other = Fixtures.order(1).toByteString();
    assertFalse(
        Signing.isBy(
            Orders.TAG, signed.toBuilder().setBody(other).build(), Fixtures.ALICE.address()));
    assertFalse(Signing.isBy(Orders.TAG, Signed.getDefaultInstance(), Fixtures.ALICE.address()));
  }
}
