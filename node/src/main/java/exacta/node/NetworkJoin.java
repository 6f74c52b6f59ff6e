package exacta.node;

import exacta.chainclient.ChainClient;
import exacta.crypto.Address;
import exacta.crypto.KeyFile;
import exacta.crypto.SystemEntropy;
import exacta.primitives.Clock;
import exacta.primitives.Entropy;
import exacta.primitives.ExactaException;
import exacta.protocol.v1.ChainParameters;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Writes all that a node needs to join a chain that others run: keys, the chain's genesis, and a
 * CometBFT that begins with a snapshot of the state. Nobody is asked for permission.
 */
public final class NetworkJoin {
  private NetworkJoin() {}

  /**
   * How to join.
   *
   * @param home of the node that is made
   * @param hostHome of the host whose node it is; its key is made if there is none
   * @param servers RPCs of nodes of the chain
   * @param peerAddress where other nodes find this one's CometBFT, as HOST:PORT
   * @param rpcAddress where this one's CometBFT answers, as HOST:PORT
   * @param trustHeight of the block that is trusted; empty: a new one that all servers have
   * @param trustHash of that block; empty: as the servers say
   */
  public record Settings(
      Path home,
      Path hostHome,
      List<URI> servers,
      String peerAddress,
      String rpcAddress,
      OptionalLong trustHeight,
      Optional<String> trustHash) {
    public Settings {
      servers = List.copyOf(servers);
    }
  }

  /**
   * What came of it.
   *
   * @param host whose node it is
   * @param trustHash of the block at the trusted height, to be compared with what others say
   */
  public record Joined(
      Path home, Address host, String chainId, long trustHeight, String trustHash) {}

  /**
   * Makes the home of a node.
   *
   * @throws ExactaException if the servers contradict each other, or there is a node already
   */
  public static Joined run(Settings settings, Consumer<String> progress) {
    if (PrivateFile.read(settings.home().resolve(ValidatorHome.HOST)).isPresent()) {
      throw ExactaException.fatal(
          "there is a node in %s already; remove the folder, or choose another with --home"
              .formatted(settings.home()));
    }
    List<CometRpc> servers = settings.servers().stream().map(CometRpc::new).toList();
    try {
      return join(settings, servers, progress);
    } finally {
      servers.forEach(CometRpc::close);
    }
  }

  private static Joined join(Settings settings, List<CometRpc> servers, Consumer<String> progress) {
    CometSettings.Trust trust = trust(settings, servers);
    progress.accept("fetching the genesis from " + servers.getFirst().address());
    byte[] genesis = servers.getFirst().genesis();
    Map<String, String> peers = new LinkedHashMap<>();
    servers.forEach(server -> peers.putAll(server.nodes()));
    ChainParameters parameters;
    String chainId;
    try (ChainClient chain = new ChainClient(servers.getFirst().address(), Clock.STEADY)) {
      parameters = chain.parameters();
      chainId = chain.chainId();
    }
    progress.accept("making keys and secrets");
    Address host = host(settings.hostHome());
    ValidatorHome node = ValidatorHome.create(settings.home(), host, new SystemEntropy());
    List<String> others = new ArrayList<>();
    peers.forEach((id, address) -> others.add(id + "@" + address));
    String config =
        new CometSettings(
                "exacta network join",
                ValidatorHome.socket(node.path()).text(),
                CometKeys.nodeId(node.node()).substring(0, 8),
                settings.rpcAddress(),
                settings.peerAddress(),
                others,
                parameters,
                Optional.of(trust))
            .text();
    Path folder = node.comet().resolve("config");
    PrivateFile.write(folder.resolve("genesis.json"), genesis);
    PrivateFile.write(folder.resolve("config.toml"), config.getBytes(StandardCharsets.UTF_8));
    return new Joined(node.path(), host, chainId, trust.height(), trust.hash());
  }

  /** A block that all servers have, and, if it was named, is the one that was meant. */
  private static CometSettings.Trust trust(Settings settings, List<CometRpc> servers) {
    long height =
        settings
            .trustHeight()
            .orElseGet(() -> servers.stream().mapToLong(CometRpc::height).min().orElseThrow());
    String wanted =
        settings
            .trustHash()
            .map(hash -> hash.toUpperCase(Locale.ROOT))
            .orElseGet(() -> servers.getFirst().blockHash(height));
    for (CometRpc server : servers) {
      String has = server.blockHash(height);
      if (!has.equals(wanted)) {
        throw ExactaException.fatal(
            "block %d is %s at %s, and not %s; do not join before you know which chain is meant"
                .formatted(height, has, server.address(), wanted));
      }
    }
    // CometBFT wants a second one, that checks the first.
    List<URI> addresses = new ArrayList<>(settings.servers());
    if (addresses.size() == 1) {
      addresses.add(addresses.getFirst());
    }
    return new CometSettings.Trust(addresses, height, wanted);
  }

  private static Address host(Path folder) {
    Entropy entropy = new SystemEntropy();
    try (HomeFolder home = HomeFolder.open(folder)) {
      return KeyFile.readOrCreate(home.resolve(HostProcess.KEY), entropy).address();
    }
  }
}
