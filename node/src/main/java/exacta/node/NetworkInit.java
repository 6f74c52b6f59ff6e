package exacta.node;

import com.google.protobuf.ByteString;
import exacta.crypto.SystemEntropy;
import exacta.engine.gguf.Gguf;
import exacta.engine.gguf.ModelDigest;
import exacta.engine.gguf.ModelIdentity;
import exacta.engine.text.ModelCard;
import exacta.ledger.Parameters;
import exacta.primitives.Clock;
import exacta.primitives.Entropy;
import exacta.primitives.ExactaException;
import exacta.protocol.v1.Ask;
import exacta.protocol.v1.ChainParameters;
import exacta.protocol.v1.Genesis;
import exacta.protocol.v1.GenesisValidator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/** Writes all that a network of several nodes on this machine begins with. */
public final class NetworkInit {
  /** Of validators, counted from 1. */
  private static final String NODES = "nodes";

  private NetworkInit() {}

  /** The home of a node, counted from 0. */
  static Path nodeFolder(Path home, int index) {
    return home.resolve(NODES).resolve(Integer.toString(index + 1));
  }

  /**
   * Makes homes, keys, genesis and CometBFT's settings.
   *
   * @return the file that tells others of the network
   * @throws ExactaException if there is a network already
   */
  public static Path run(NetworkSettings settings, Consumer<String> progress) {
    Path file = settings.home().resolve(DemoFile.NAME);
    if (Files.exists(file)) {
      throw ExactaException.fatal(
          "there is a network in %s already; remove the folder, or choose another with --home"
              .formatted(settings.home()));
    }
    try (HomeFolder home = HomeFolder.open(settings.home())) {
      Path model = ServedModel.locate(settings.modelFile(), System.getenv(), System.err);
      progress.accept("reading " + model.getFileName());
      DemoGenesis.OfferedModel offered = offered(model);
      Entropy entropy = new SystemEntropy();
      NetworkPorts ports = NetworkPorts.of(settings.portBase());
      RoleAccounts accounts = RoleAccounts.open(home.path(), settings.hostCount(), entropy);
      List<ValidatorHome> validators = new ArrayList<>();
      for (int index = 0; index < settings.validators(); index++) {
        progress.accept("making keys and secrets of node " + (index + 1));
        validators.add(
            ValidatorHome.create(
                nodeFolder(home.path(), index), accounts.hosts().get(index).address(), entropy));
      }
      Genesis genesis = genesis(settings, accounts, validators, ports, offered, entropy);
      new CometConfig(genesis, validators, ports).write();
      new NetworkFile(settings.validators(), settings.hostCount(), settings.portBase().orElse(0))
          .write(home.path());
      Ports roles = ports.roles(settings.hostCount());
      new DemoFile(
              roles.gatewayUri().toString(),
              roles.rpcUri().toString(),
              roles.restUri().toString(),
              roles.gatewayUri() + "/",
              accounts.apiKey(),
              offered.name(),
              accounts.test().words(),
              genesis.getChainId(),
              model.toString())
          .write(file);
      return file;
    }
  }

  private static Genesis genesis(
      NetworkSettings settings,
      RoleAccounts accounts,
      List<ValidatorHome> validators,
      NetworkPorts ports,
      DemoGenesis.OfferedModel offered,
      Entropy entropy) {
    ChainParameters.Builder parameters = Parameters.oneMachine().toBuilder();
    settings
        .blockInterval()
        .ifPresent(interval -> parameters.setBlockIntervalMillis(interval.toMillis()));
    String chainId =
        settings
            .chainId()
            .orElseGet(() -> "exacta-local-" + HexFormat.of().formatHex(entropy.bytes(4)));
    Genesis.Builder genesis =
        DemoGenesis.build(
            chainId,
            Clock.SYSTEM.millis(),
            parameters.build(),
            accounts,
            validators.stream()
                .map(validator -> DemoGenesis.commitment(validator.secrets()))
                .toList(),
            ports.roles(settings.hostCount()),
            offered)
            .toBuilder();
    for (ValidatorHome validator : validators) {
      genesis.addValidators(
          GenesisValidator.newBuilder()
              .setHost(validator.host().toString())
              .setConsensusKey(ByteString.copyFrom(validator.consensus().publicKey())));
    }
    return genesis.build();
  }

  private static DemoGenesis.OfferedModel offered(Path file) {
    try (Gguf gguf = Gguf.open(file)) {
      ModelIdentity identity = ModelDigest.of(gguf).identity();
      Ask ask =
          Ask.newBuilder()
              .setModel(ByteString.copyFrom(identity.root().toBytes()))
              .setInputPrice(Prices.STANDARD.input().nanoCoins())
              .setOutputPrice(Prices.STANDARD.output().nanoCoins())
              .setContextLength(ModelCard.of(file.toString(), gguf).contextLength())
              .build();
      return new DemoGenesis.OfferedModel(ServedModel.nameOf(file), identity, ask);
    }
  }
}
