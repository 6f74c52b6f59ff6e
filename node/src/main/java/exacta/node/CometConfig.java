package exacta.node;

import exacta.consensus.GenesisFile;
import exacta.protocol.v1.Genesis;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ObjectNode;

/** Genesis and settings of the CometBFTs of a network on this machine, all on loopback. */
final class CometConfig {
  /** Of each of the first validators; the ledger gives them its own, which are equal, too. */
  private static final long POWER = 10;

  private final Genesis genesis;
  private final List<ValidatorHome> validators;
  private final NetworkPorts ports;

  CometConfig(Genesis genesis, List<ValidatorHome> validators, NetworkPorts ports) {
    this.genesis = genesis;
    this.validators = List.copyOf(validators);
    this.ports = ports;
  }

  /** Writes both files of every validator. */
  void write() {
    ObjectNode genesisFile = genesisFile();
    for (int index = 0; index < validators.size(); index++) {
      Path config = validators.get(index).comet().resolve("config");
      CometKeys.write(config.resolve("genesis.json"), genesisFile);
      PrivateFile.write(
          config.resolve("config.toml"), settings(index).getBytes(StandardCharsets.UTF_8));
    }
  }

  private ObjectNode genesisFile() {
    List<GenesisFile.Validator> set =
        IntStream.range(0, validators.size())
            .mapToObj(index ->
                new GenesisFile.Validator(
                    name(index), validators.get(index).consensus().publicKey(), POWER))
            .toList();
    return GenesisFile.of(genesis, set);
  }

  private static String name(int index) {
    return "node" + (index + 1);
  }

  private String settings(int index) {
    return new CometSettings(
            "exacta network init",
            ValidatorHome.socket(validators.get(index).path()).text(),
            name(index),
            "127.0.0.1:" + ports.rpc(index),
            "127.0.0.1:" + ports.peer(index),
            peers(index),
            genesis.getParameters(),
            Optional.empty())
        .text();
  }

  private List<String> peers(int self) {
    return IntStream.range(0, validators.size())
        .filter(index -> index != self)
        .mapToObj(index ->
            CometKeys.nodeId(validators.get(index).node()) + "@127.0.0.1:" + ports.peer(index))
        .toList();
  }
}
