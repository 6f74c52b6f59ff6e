package exacta.bench.chain;

import exacta.consensus.Application;
import exacta.consensus.abci.AbciAddress;
import exacta.consensus.abci.AbciServer;
import exacta.consensus.abci.BlockLinks;
import exacta.consensus.abci.LedgerNode;
import exacta.ledger.ConsensusAddress;
import exacta.ledger.Ledger;
import exacta.ledger.ProposerLinks;
import exacta.ledger.StateView;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A ledger node for CometBFT, as {@code exacta node} runs it but without proposers' links: {@code
 * BenchNode FOLDER ADDRESS}. Runs until it is killed.
 */
final class BenchNode {
  private BenchNode() {}

  public static void main(String[] arguments) {
    Ledger ledger = LedgerSpeed.machine();
    LedgerNode node =
        LedgerNode.open(
            Path.of(arguments[0]), new Application(ledger, ledger::signer), new NoLinks());
    AbciServer.start(node, AbciAddress.parse(arguments[1]), "the second argument").stopped().join();
  }

  /** Nobody committed to any. */
  private static final class NoLinks implements BlockLinks {
    @Override
    public Optional<byte[]> next(StateView committed) {
      return Optional.empty();
    }

    @Override
    public ProposerLinks.Standing standing(
        StateView committed, byte[] transaction, Optional<ConsensusAddress> proposer) {
      return ProposerLinks.standing(committed, transaction, proposer);
    }
  }
}
