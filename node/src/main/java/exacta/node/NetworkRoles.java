package exacta.node;

import exacta.chainclient.ChainClient;
import exacta.chainclient.ChainClientSettings;
import exacta.crypto.PrivateKey;
import exacta.crypto.SystemEntropy;
import exacta.gateway.Gateway;
import exacta.gateway.RecentRequests;
import exacta.host.Host;
import exacta.host.HostSettings;
import exacta.host.RemoteChain;
import exacta.primitives.Clock;
import exacta.primitives.ExactaException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Hosts and gateway of a network, in one process that shares one model. Each host asks the node of
 * its own number.
 */
public final class NetworkRoles {
  private static final Duration CHAIN_PATIENCE = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(100);

  private NetworkRoles() {}

  /**
   * Starts all of them, and waits until the gateway has a session.
   *
   * @param network the network's home
   */
  public static DemoFile start(Path network, Shutdown shutdown, Consumer<String> progress)
      throws InterruptedException {
    NetworkFile parts = NetworkFile.read(network);
    DemoFile described = DemoFile.read(network.resolve(DemoFile.NAME));
    HomeFolder home = shutdown.opened(HomeFolder.open(network.resolve("roles")));
    progress.accept("log: " + Logs.toFiles(home.resolve("log")));
    RoleAccounts accounts = RoleAccounts.open(network, parts.hosts(), new SystemEntropy());
    NetworkPorts ports = parts.ports();
    ServedModel model = shutdown.opened(ServedModel.open(Path.of(described.modelFile()), progress));
    for (int index = 0; index < parts.hosts(); index++) {
      ChainClient chain = shutdown.opened(client(ports, index % parts.validators()));
      startHost(network, accounts.hosts().get(index), index, ports, chain, model, shutdown);
      progress.accept("host " + (index + 1) + " serves");
    }
    ChainClient chain = shutdown.opened(client(ports, 0));
    Gateway gateway =
        shutdown.opened(
            DemoNetwork.startGateway(
                ports.gateway(),
                Ports.SETTING,
                RoleAccounts.gatewayFolder(network),
                accounts.apiKey(),
                accounts.gateway(),
                chain,
                new RecentRequests(DemoNetwork.RECENT_REQUESTS)));
    while (!gateway.isReady()) {
      if (shutdown.await(LOOK)) {
        throw ExactaException.error("stopped before the gateway was ready");
      }
    }
    return described;
  }

  private static ChainClient client(NetworkPorts ports, int node) {
    ChainClient chain =
        new ChainClient(
            ChainClientSettings.of(ports.rpcUri(node)).withPatience(CHAIN_PATIENCE), Clock.STEADY);
    // A chain that is just beginning has no state to ask before its first block.
    chain.awaitHeight(1, CHAIN_PATIENCE);
    return chain;
  }

  private static void startHost(
      Path network,
      PrivateKey key,
      int index,
      NetworkPorts ports,
      ChainClient chain,
      ServedModel model,
      Shutdown shutdown) {
    HostSettings settings =
        HostSettings.loopback(
            RoleAccounts.hostFolder(network, index), ports.host(index), Ports.SETTING);
    new HostEnrollment(chain, key)
        .announce(Ports.loopback(ports.host(index)), model.ask(Prices.STANDARD));
    shutdown.opened(
        Host.start(
            settings,
            new RemoteChain(chain, key),
            key,
            model.compute(),
            new HostLogFile("host " + (index + 1))));
  }
}
