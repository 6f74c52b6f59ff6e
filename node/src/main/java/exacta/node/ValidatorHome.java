package exacta.node;

import exacta.consensus.abci.AbciAddress;
import exacta.crypto.Address;
import exacta.crypto.Ed25519Key;
import exacta.primitives.Entropy;
import exacta.primitives.ExactaException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The home of one validator: what its ledger node keeps, and beside it, in {@code cometbft}, the
 * home of its CometBFT.
 *
 * @param consensus votes on blocks
 * @param node names the node to its peers
 * @param host whose validator it is
 * @param secrets whose links go into the blocks that it proposes
 */
record ValidatorHome(
    Path path, Ed25519Key consensus, Ed25519Key node, Address host, ProposerChain secrets) {
  /** The address of the host whose validator this is. */
  static final String HOST = "host";

  static final String POOL_SECRETS = "pool-secrets";
  static final String COMET = "cometbft";

  /** Where a ledger listens if nobody said where. */
  static AbciAddress socket(Path home) {
    return AbciAddress.unix(socketFile(home));
  }

  static Path socketFile(Path home) {
    return home.resolve("abci.sock");
  }

  /** Makes the keys of a new validator, which is a host's. */
  static ValidatorHome create(Path folder, Address host, Entropy entropy) {
    socket(folder);
    try (HomeFolder home = HomeFolder.open(folder)) {
      byte[] consensusSeed = entropy.bytes(Ed25519Key.BYTES);
      byte[] nodeSeed = entropy.bytes(Ed25519Key.BYTES);
      CometKeys.write(home.resolve(COMET), consensusSeed, nodeSeed);
      PrivateFile.write(home.resolve(HOST), host + "\n");
      return new ValidatorHome(
          home.path(),
          Ed25519Key.of(consensusSeed),
          Ed25519Key.of(nodeSeed),
          host,
          ProposerChain.open(home.resolve(POOL_SECRETS), host, entropy));
    }
  }

  /**
   * The home that was made before.
   *
   * @throws ExactaException (fatal) if there is none
   */
  static ValidatorHome open(Path folder) {
    Path home = folder.toAbsolutePath().normalize();
    Path comet = home.resolve(COMET);
    Optional<Address> host =
        PrivateFile.read(home.resolve(HOST))
            .map(bytes -> Address.ofText(new String(bytes, StandardCharsets.UTF_8).strip()));
    Optional<ProposerChain> secrets =
        host.flatMap(address -> ProposerChain.find(home.resolve(POOL_SECRETS), address));
    if (secrets.isEmpty()) {
      throw ExactaException.fatal(
          "there is no node of a validator in " + home + "; make one (exacta network join)");
    }
    return new ValidatorHome(
        home, CometKeys.consensus(comet), CometKeys.node(comet), host.get(), secrets.get());
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
