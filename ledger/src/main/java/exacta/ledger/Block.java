package exacta.ledger;

import exacta.primitives.Height;
import java.util.List;

/**
 * What consensus decided.
 *
 * @param height one more than the block before
 * @param timeMillis the block's time, milliseconds since 1970
 * @param transactions in order; the proposer's link, if there is one, is the first
 */
public record Block(Height height, long timeMillis, List<byte[]> transactions) {
  public Block {
    transactions = List.copyOf(transactions);
  }
}
