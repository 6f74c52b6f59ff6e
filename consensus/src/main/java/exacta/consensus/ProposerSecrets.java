package exacta.consensus;

import exacta.primitives.Height;

/**
 * The proposer's hash chain of secrets, as the transactions that reveal it link by link. It must
 * survive restarts: for one height it always gives the same bytes.
 */
@FunctionalInterface
public interface ProposerSecrets {
  /** The transaction that stands first in the block of this height. */
  byte[] poolTransaction(Height height);
}
