package exacta.gateway;

import exacta.crypto.Address;
import exacta.primitives.Digest32;
import exacta.protocol.v1.OrderReceipt;
import exacta.protocol.v1.Signed;
import java.util.Optional;

/**
 * The part of an answer that came from one order.
 *
 * @param number the order's number in its lane
 * @param tokens how many tokens the host added
 * @param cost in ngonka: the receipt's, or what so many tokens cost if the last receipt is not here
 * @param signed the order
 * @param receipt its last receipt, if it came
 */
record Leg(
    Address host,
    Digest32 session,
    long number,
    Signed signed,
    Digest32 orderHash,
    int tokens,
    long cost,
    Optional<StreamVerifier.Checked> receipt) {

  /** Order and receipt as they were signed. */
  Optional<OrderReceipt> evidence() {
    return receipt.map(
        checked -> OrderReceipt.newBuilder().setOrder(signed).setReceipt(checked.signed()).build());
  }
}
