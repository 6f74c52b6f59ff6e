package exacta.chainclient;

import exacta.primitives.Digest32;

/** What the chain said to a transaction that was sent. */
public sealed interface BroadcastAnswer {
  /** The transaction's name. */
  Digest32 hash();

  /**
   * It waits for its block, or is in one already; it will be in a block or refused with a reason.
   */
  record Accepted(Digest32 hash) implements BroadcastAnswer {}

  /** It will not be in a block; the outcome says why. */
  record Refused(TransactionOutcome outcome) implements BroadcastAnswer {
    @Override
    public Digest32 hash() {
      return outcome.hash();
    }
  }

  /** No room at the moment; it may be sent again. */
  record Full(Digest32 hash, String reason) implements BroadcastAnswer {}
}
