package exacta.ledger;

import exacta.crypto.Address;
import exacta.ledger.state.PoolState;
import exacta.protocol.DecodedTransaction;
import exacta.protocol.PoolLinks;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a state says of the hash chains whose links the proposers of blocks reveal. Spec:
 * ledger.md#draws.
 */
public final class ProposerLinks {
  /** What a transaction is to the block after a state. */
  public enum Standing {
    /** No link. */
    NONE,
    /** The next link of a chain: may stand first. */
    NEXT,
    /** Another link, or of a chain that nobody committed to. */
    WRONG
  }

  private ProposerLinks() {}

  /** How many links a proposer has revealed; empty if it committed to none. */
  public static OptionalLong revealed(StateView state, Address proposer) {
    return new LedgerState(new Overlay(state))
        .pool
        .get(proposer)
        .map(PoolState::getRevealed)
        .map(OptionalLong::of)
        .orElse(OptionalLong.empty());
  }

  /**
   * What the bytes are, whatever they are.
   *
   * @param proposer of the block; empty where there is one only
   */
  public static Standing standing(
      StateView state, byte[] transaction, Optional<ConsensusAddress> proposer) {
    if (transaction.length != PoolLinks.BYTES) {
      return Standing.NONE;
    }
    ReadTransaction read = new ReadTransaction(transaction);
    if (!(read.decoded() instanceof DecodedTransaction.PoolLink)) {
      return Standing.NONE;
    }
    return new Transactions(new Overlay(state), RuleBook.STANDARD)
            .applyFirst(read, proposer)
            .isAccepted()
        ? Standing.NEXT
        : Standing.WRONG;
  }
}
