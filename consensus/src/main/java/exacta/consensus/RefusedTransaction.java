package exacta.consensus;

import exacta.ledger.TxResult;
import exacta.primitives.Height;

/**
 * A transaction that was accepted into the pool and refused before it came into a block.
 *
 * @param height of the block after which it was no longer valid
 */
public record RefusedTransaction(Height height, TxResult result) {}
