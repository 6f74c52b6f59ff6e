package exacta.node;

import exacta.consensus.abci.BlockLinks;
import exacta.ledger.ConsensusAddress;
import exacta.ledger.ProposerLinks;
import exacta.ledger.StateView;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A node's own chain of secrets, of which the state says how many links are known, and the rule for
 * those of others.
 */
record NodeLinks(Optional<ProposerChain> own) implements BlockLinks {
  @Override
  public Optional<byte[]> next(StateView committed) {
    if (own.isEmpty()) {
      return Optional.empty();
    }
    OptionalLong revealed = ProposerLinks.revealed(committed, own.get().proposer());
    return revealed.isPresent()
        ? own.get().transaction(revealed.getAsLong() + 1)
        : Optional.empty();
  }

  @Override
  public ProposerLinks.Standing standing(
      StateView committed, byte[] transaction, Optional<ConsensusAddress> proposer) {
    return ProposerLinks.standing(committed, transaction, proposer);
  }
}
