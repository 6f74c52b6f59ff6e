package exacta.node;

import exacta.crypto.KeyFile;
import exacta.crypto.Mnemonic;
import exacta.crypto.PrivateKey;
import exacta.primitives.Entropy;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The accounts of those who sell and buy in a network on this machine, made once and kept in its
 * home.
 *
 * @param hosts the account of each host
 * @param gateway whose deposit pays what the network's gateway buys
 * @param test a funded account for whoever wants to try something
 * @param apiKey what clients of the gateway show
 */
record RoleAccounts(List<PrivateKey> hosts, PrivateKey gateway, Mnemonic test, String apiKey) {
  RoleAccounts {
    hosts = List.copyOf(hosts);
  }

  static RoleAccounts open(Path home, int hostCount, Entropy entropy) {
    return new RoleAccounts(
        IntStream.range(0, hostCount)
            .mapToObj(host -> KeyFile.readOrCreate(hostFolder(home, host).resolve("key"), entropy))
            .toList(),
        KeyFile.readOrCreate(gatewayFolder(home).resolve("key"), entropy),
        mnemonic(home.resolve("test-account.mnemonic"), entropy),
        apiKey(home, entropy));
  }

  static String apiKey(Path home, Entropy entropy) {
    return PrivateFile.readOrCreateLine(
        home.resolve("api-key"), () -> "sk-exacta-" + HexFormat.of().formatHex(entropy.bytes(20)));
  }

  /** Hosts are counted from 0 in the program, from 1 where people look. */
  static Path hostFolder(Path home, int host) {
    return home.resolve("hosts").resolve(Integer.toString(host + 1));
  }

  static Path gatewayFolder(Path home) {
    return home.resolve("gateway");
  }

  PrivateKey testKey() {
    return test.key(Mnemonic.COIN_COSMOS, 0);
  }

  private static Mnemonic mnemonic(Path file, Entropy entropy) {
    return Mnemonic.ofWords(
        PrivateFile.readOrCreateLine(file, () -> Mnemonic.ofEntropy(entropy.bytes(32)).words()));
  }

  /** Names the accounts by what they are for; the keys are not shown. */
  @Override
  public String toString() {
    return "accounts of " + hosts.size() + " hosts, a gateway and a test account";
  }
}
