package exacta.consensus.abci;

import exacta.ledger.ConsensusAddress;
import exacta.ledger.ProposerLinks;
import exacta.ledger.StateView;
import java.util.Optional;

/**
 * The links of the proposers' hash chains, of which the proposer's next one stands first in a
 * block. Safe for several threads, and a function of its arguments but for the own secrets. Spec:
 * abci.md#proposals.
 */
public interface BlockLinks {
  /**
   * This node's own next link after a state; empty if it committed to none, or all are used up. It
   * may be too early for it: {@link #standing} knows.
   */
  Optional<byte[]> next(StateView committed);

  /**
   * What a transaction is to the block after a state. Never throws, whatever the bytes are.
   *
   * @param proposer of the block
   */
  ProposerLinks.Standing standing(
      StateView committed, byte[] transaction, Optional<ConsensusAddress> proposer);
}
