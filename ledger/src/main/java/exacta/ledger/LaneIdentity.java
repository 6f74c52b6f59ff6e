package exacta.ledger;

import com.google.protobuf.ByteString;
import exacta.crypto.Address;
import exacta.crypto.PublicKey;
import exacta.protocol.Orders;
import exacta.protocol.Signing;
import exacta.protocol.Wire;
import exacta.protocol.v1.Order;
import exacta.protocol.v1.Signed;
import java.util.Optional;

/** What makes an order one of a lane. Spec: market.md#settlement. */
record LaneIdentity(String chainId, ByteString session, ByteString sessionKey, Address host) {

  /** The order, if it is well-formed, names this lane, and the session key signed it. */
  Optional<Order> order(Signed signed) {
    return Orders.parse(signed).filter(this::isNamedBy).filter(order -> isSigned(signed));
  }

  /** Whether the session key signed these bytes as an order, whatever they say. */
  boolean isSigned(Signed order) {
    return PublicKey.parse(sessionKey.toByteArray())
        .map(key -> Signing.isBy(Orders.TAG, order, key))
        .orElse(false);
  }

  boolean isNamedBy(Order order) {
    return order.getChainId().equals(chainId)
        && order.getSession().equals(session)
        && order.getHost().equals(Wire.bytes(host));
  }
}
