package exacta.consensus;

import exacta.ledger.TxResult;
import exacta.primitives.Digest32;

/** What became of a transaction that was sent. */
public sealed interface Broadcast {
  /** SHA-256 of the transaction's bytes. */
  Digest32 hash();

  /**
   * It was checked. If the result's code is 0, it is on disk and will be in a block, or be refused
   * with a reason that stays readable ({@link EmbeddedChain#refusal}).
   */
  record Checked(Digest32 hash, TxResult result) implements Broadcast {}

  /** It waits already, or took effect in a block. */
  record Duplicate(Digest32 hash) implements Broadcast {}

  /** There is no room for it; the text says which limit it hit. */
  record NoRoom(Digest32 hash, String reason) implements Broadcast {}
}
