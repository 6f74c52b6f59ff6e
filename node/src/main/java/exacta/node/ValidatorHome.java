package exacta.node;

import exacta.consensus.abci.AbciAddress;
import exacta.crypto.Ed25519Key;
import exacta.crypto.KeyFile;
import exacta.crypto.PrivateKey;
import exacta.primitives.Entropy;
import java.nio.file.Path;

/**
 * The home of one validator: what its ledger node keeps, and beside it, in {@code cometbft}, the
 * home of its CometBFT.
 *
 * @param consensus votes on blocks
 * @param node names the node to its peers
 * @param secrets whose links go into the blocks that it proposes
 */
record ValidatorHome(Path path, Ed25519Key consensus, Ed25519Key node, ProposerChain secrets) {
  static final String PROPOSER_KEY = "proposer.key";
  static final String POOL_SECRETS = "pool-secrets";
  static final String COMET = "cometbft";

  /** Where a ledger listens if nobody said where. */
  static AbciAddress socket(Path home) {
    return AbciAddress.unix(home.resolve("abci.sock"));
  }

  /** Makes the keys of a new validator. */
  static ValidatorHome create(Path folder, Entropy entropy) {
    socket(folder);
    try (HomeFolder home = HomeFolder.open(folder)) {
      byte[] consensusSeed = entropy.bytes(Ed25519Key.BYTES);
      byte[] nodeSeed = entropy.bytes(Ed25519Key.BYTES);
      CometKeys.write(home.resolve(COMET), consensusSeed, nodeSeed);
      PrivateKey proposer = KeyFile.readOrCreate(home.resolve(PROPOSER_KEY), entropy);
      return new ValidatorHome(
          home.path(),
          Ed25519Key.of(consensusSeed),
          Ed25519Key.of(nodeSeed),
          ProposerChain.open(home.resolve(POOL_SECRETS), proposer.address(), entropy));
    }
  }

  Path comet() {
    return path.resolve(COMET);
  }

  /** Without the secrets. */
  @Override
  public String toString() {
    return "validator at " + path;
  }
}
