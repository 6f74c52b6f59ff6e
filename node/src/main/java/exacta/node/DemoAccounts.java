package exacta.node;

import exacta.crypto.Ed25519Key;
import exacta.crypto.KeyFile;
import exacta.crypto.PrivateKey;
import exacta.primitives.Entropy;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The keys of a demo, made once and kept in its home.
 *
 * @param proposer whose links go into the blocks
 * @param consensus the validator that clients are shown
 */
record DemoAccounts(PrivateKey proposer, Ed25519Key consensus, RoleAccounts roles) {
  static DemoAccounts open(HomeFolder home, int hostCount, Entropy entropy) {
    return new DemoAccounts(
        KeyFile.readOrCreate(home.resolve("proposer.key"), entropy),
        consensusKey(home.resolve("consensus.key"), entropy),
        RoleAccounts.open(home.path(), hostCount, entropy));
  }

  private static Ed25519Key consensusKey(Path file, Entropy entropy) {
    if (!Files.exists(file)) {
      KeyFile.create(file, Ed25519Key.random(entropy));
    }
    return KeyFile.readEd25519(file);
  }

  /** Names the accounts by what they are for; the keys are not shown. */
  @Override
  public String toString() {
    return "a proposer, and " + roles;
  }
}
