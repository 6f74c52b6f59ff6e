package exacta.host;

import exacta.crypto.PrivateKey;
import exacta.primitives.Digest32;
import exacta.protocol.AnswerStream;
import exacta.protocol.Orders;
import exacta.protocol.Receipts;
import exacta.protocol.Signing;
import exacta.protocol.Wire;
import exacta.protocol.v1.AnswerEnd;
import exacta.protocol.v1.Order;
import exacta.protocol.v1.Receipt;
import exacta.protocol.v1.Signed;

/** States what was answered, and what that costs. */
final class ReceiptSigner {
  private final PrivateKey key;

  ReceiptSigner(PrivateKey key) {
    this.key = key;
  }

  Signed sign(
      Order order, Digest32 orderHash, AnswerStream stream, Digest32 digest, AnswerEnd end) {
    Receipt receipt =
        Receipt.newBuilder()
            .setOrderHash(Wire.bytes(orderHash))
            .setCount(stream.count())
            .setStreamHash(Wire.bytes(stream.hash(end)))
            .setDigestCommitment(
                Wire.bytes(Receipts.digestCommitment(orderHash, stream.count(), digest)))
            .setEnd(end)
            .setCost(Orders.cost(order, stream.count()))
            .build();
    return Signing.sign(Receipts.TAG, receipt.toByteArray(), key);
  }
}
