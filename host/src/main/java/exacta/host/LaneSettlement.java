package exacta.host;

import com.google.protobuf.ByteString;
import exacta.primitives.SumTree;
import exacta.protocol.v1.OrderReceipt;
import exacta.protocol.v1.Signed;
import java.util.List;

/**
 * What there is to settle on a lane.
 *
 * @param lastNumber the order before the oldest that runs
 * @param log from the order behind the last settled one to that
 * @param newest the lane's newest order
 * @param open the receipts that the newest order does not acknowledge
 */
record LaneSettlement(
    ByteString session, long lastNumber, SumTree log, Signed newest, List<OrderReceipt> open) {
  /** About what its message takes. */
  long bytes() {
    return 256
        + newest.getSerializedSize()
        + open.stream().mapToLong(OrderReceipt::getSerializedSize).sum();
  }
}
