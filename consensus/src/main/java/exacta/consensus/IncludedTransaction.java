package exacta.consensus;

import exacta.ledger.TxResult;
import exacta.primitives.Digest32;
import exacta.primitives.Height;

/**
 * A transaction in a block.
 *
 * @param index its position there, from 0
 */
public record IncludedTransaction(
    Digest32 hash, Height height, int index, byte[] bytes, TxResult result) {
  TransactionPlace place() {
    return new TransactionPlace(height, index);
  }
}
