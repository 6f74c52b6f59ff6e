package exacta.consensus;

import java.util.Optional;

/** A transaction that may go into a block. */
public interface BlockCandidate {
  /** How much of a block it takes. */
  long blockBytes();

  /** Whose it is; nothing if it is no transaction of an account. */
  Optional<String> signer();

  /** Whether the ledger called it a duty. */
  boolean isDuty();
}
