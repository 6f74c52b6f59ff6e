package exacta.gateway;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.Optional;

/** One line of a lane's books. Spec: gateway.md#lane-books. */
sealed interface LaneEvent {
  /** An order that may have been signed and sent, and what it costs at most. */
  record Opened(long number, long costMax) implements LaneEvent {}

  /**
   * The last receipt of an order.
   *
   * @param evidence order and receipt as they were signed
   */
  record Received(long number, long cost, ByteString evidence) implements LaneEvent {}

  /** The host said that it does not do this order, so it costs nothing. */
  record Refused(long number) implements LaneEvent {}

  /** The chain shows that all orders up to this one cost so much together. */
  record Settled(long number, long sum) implements LaneEvent {}

  /** The host never took the order, so that its number is free again. */
  record Returned(long number) implements LaneEvent {}

  /** No event is larger. */
  int BYTES_MAX = 1 << 17;

  /** One byte for the kind, two numbers, and what is left. */
  int HEAD_BYTES = 17;

  /** The bytes that {@link #parse} reads. */
  default byte[] encode() {
    return switch (this) {
      case Opened opened -> encode(1, opened.number(), opened.costMax(), ByteString.EMPTY);
      case Received received -> encode(2, received.number(), received.cost(), received.evidence());
      case Refused refused -> encode(3, refused.number(), 0, ByteString.EMPTY);
      case Settled settled -> encode(4, settled.number(), settled.sum(), ByteString.EMPTY);
      case Returned returned -> encode(5, returned.number(), 0, ByteString.EMPTY);
    };
  }

  private static byte[] encode(int kind, long first, long second, ByteString rest) {
    ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES + rest.size());
    out.put((byte) kind).putLong(first).putLong(second);
    rest.copyTo(out);
    return out.array();
  }

  /** Empty for bytes that are no event. */
  static Optional<LaneEvent> parse(byte[] bytes) {
    if (bytes.length < HEAD_BYTES) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int kind = in.get();
    long first = in.getLong();
    long second = in.getLong();
    if (first < 0 || second < 0 || kind != 2 && in.hasRemaining()) {
      return Optional.empty();
    }
    return switch (kind) {
      case 1 -> Optional.of(new Opened(first, second));
      case 2 -> Optional.of(new Received(first, second, ByteString.copyFrom(in)));
      case 3 -> Optional.of(new Refused(first));
      case 4 -> Optional.of(new Settled(first, second));
      case 5 -> Optional.of(new Returned(first));
      default -> Optional.empty();
    };
  }
}
