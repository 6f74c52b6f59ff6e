package exacta.node;

import exacta.chainclient.ChainClient;
import exacta.chainclient.ChainClientSettings;
import exacta.consensus.EmbeddedChain;
import exacta.crypto.PrivateKey;
import exacta.crypto.SystemEntropy;
import exacta.dashboard.Dashboard;
import exacta.gateway.Gateway;
import exacta.gateway.GatewaySettings;
import exacta.gateway.RecentRequests;
import exacta.host.Host;
import exacta.host.HostCompute;
import exacta.host.HostLog;
import exacta.host.HostSettings;
import exacta.host.RemoteChain;
import exacta.ledger.Parameters;
import exacta.primitives.Clock;
import exacta.primitives.Entropy;
import exacta.primitives.ExactaException;
import exacta.protocol.v1.ChainParameters;
import exacta.protocol.v1.Genesis;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A whole network in this process: chain, hosts, gateway and page, on loopback, with everything
 * that lasts in one home. The roles know each other by addresses only, as they would elsewhere.
 */
public final class DemoNetwork {
  static final int RECENT_REQUESTS = 200;
  private static final Duration CHAIN_PATIENCE = Duration.ofSeconds(20);

  /** Of each host; what all of them run goes through the machine together. */
  private static final int RUNNING_MAX = 16;

  private static final int QUEUED_MAX = 64;
  private static final Duration PREDECESSOR_WAIT = Duration.ofMillis(300);
  private static final Duration READY_LOOK = Duration.ofMillis(50);

  private final DemoSettings settings;
  private final DemoAccounts accounts;
  private final ChainClient chain;
  private final Gateway gateway;
  private final DemoFile file;
  private final Shutdown shutdown;

  private DemoNetwork(
      DemoSettings settings,
      DemoAccounts accounts,
      ChainClient chain,
      Gateway gateway,
      DemoFile file,
      Shutdown shutdown) {
    this.settings = settings;
    this.accounts = accounts;
    this.chain = chain;
    this.gateway = gateway;
    this.file = file;
    this.shutdown = shutdown;
  }

  /**
   * Starts all parts, and waits until the gateway has a session with the hosts.
   *
   * @param shutdown closes all parts, also after a failure
   * @param progress gets lines for people
   */
  public static DemoNetwork start(
      DemoSettings settings, Shutdown shutdown, Consumer<String> progress)
      throws InterruptedException {
    Ports ports = settings.ports();
    HomeFolder home = shutdown.opened(HomeFolder.open(settings.home()));
    ports.checkFree();
    if (settings.fresh()) {
      home.clear();
    }
    progress.accept("log: " + Logs.toFiles(home.resolve("log")));
    Path modelFile = ServedModel.locate(settings.modelFile(), System.getenv(), System.err);
    progress.accept("loading " + modelFile.getFileName());
    ServedModel model = shutdown.opened(ServedModel.open(modelFile, progress));

    Entropy entropy = new SystemEntropy();
    DemoAccounts accounts = DemoAccounts.open(home, DemoSettings.HOSTS, entropy);
    ProposerChain secrets =
        ProposerChain.open(home.resolve("pool-secrets"), accounts.proposer().address(), entropy);
    Genesis genesis = genesis(home, settings, accounts, secrets, ports, model, entropy);
    LocalChain local =
        shutdown.opened(
            LocalChain.start(
                home.resolve("chain"),
                genesis,
                secrets,
                accounts.consensus().publicKey(),
                ports.rpc(),
                ports.rest()));
    local
        .stopped()
        .whenComplete((done, failure) -> {
          if (failure != null) {
            shutdown.fail(failure);
          }
        });
    progress.accept("chain " + genesis.getChainId() + ", RPC at " + ports.rpcUri());

    ChainClient chain = shutdown.opened(client(ports.rpcUri()));
    startHosts(home, settings, accounts, ports, model, shutdown);
    progress.accept(DemoSettings.HOSTS + " hosts, the first at " + ports.hostUri(0));

    RecentRequests recent = new RecentRequests(RECENT_REQUESTS);
    Gateway gateway =
        shutdown.opened(
            startGateway(
                ports.gateway(),
                Ports.SETTING,
                RoleAccounts.gatewayFolder(home.path()),
                accounts.roles().apiKey(),
                accounts.roles().gateway(),
                chain,
                recent));
    progress.accept("gateway and page at " + ports.gatewayUri());
    DemoFile file =
        new DemoFile(
            ports.gatewayUri().toString(),
            ports.rpcUri().toString(),
            ports.restUri().toString(),
            ports.gatewayUri() + "/",
            accounts.roles().apiKey(),
            model.name(),
            accounts.roles().test().words(),
            genesis.getChainId(),
            modelFile.toString());
    file.write(home.resolve(DemoFile.NAME));
    DemoNetwork network = new DemoNetwork(settings, accounts, chain, gateway, file, shutdown);
    network.awaitGateway();
    return network;
  }

  private static ChainClient client(URI rpc) {
    return new ChainClient(ChainClientSettings.of(rpc).withPatience(CHAIN_PATIENCE), Clock.STEADY);
  }

  static Gateway startGateway(
      int port,
      String portSetting,
      Path home,
      String apiKey,
      PrivateKey account,
      ChainClient chain,
      RecentRequests recent) {
    return Gateway.start(
        GatewaySettings.onLoopback(port, home, List.of(apiKey)).withPortSetting(portSetting),
        account,
        chain,
        recent,
        new Dashboard(chain, new PageFeed(recent), Clock.SYSTEM));
  }

  /** That of the chain in the home, if there is one; it must fit what the user wants now. */
  private static Genesis genesis(
      HomeFolder home,
      DemoSettings settings,
      DemoAccounts accounts,
      ProposerChain secrets,
      Ports ports,
      ServedModel model,
      Entropy entropy) {
    Optional<Genesis> present = EmbeddedChain.genesisIn(home.resolve("chain"));
    if (present.isPresent()) {
      checkFits(present.get(), settings, model);
      return present.get();
    }
    ChainParameters parameters = Parameters.oneMachine();
    if (settings.blockInterval().isPresent()) {
      parameters =
          parameters.toBuilder()
              .setBlockIntervalMillis(settings.blockInterval().get().toMillis())
              .build();
    }
    return DemoGenesis.build(
        "exacta-demo-" + HexFormat.of().formatHex(entropy.bytes(4)),
        Clock.SYSTEM.millis(),
        parameters,
        accounts.roles(),
        List.of(DemoGenesis.commitment(secrets)),
        ports,
        new DemoGenesis.OfferedModel(
            model.name(), model.model().digest().identity(), model.ask(Prices.STANDARD)));
  }

  private static void checkFits(Genesis genesis, DemoSettings settings, ServedModel model) {
    if (!genesis.getModels(0).getRoot().equals(model.ask(Prices.STANDARD).getModel())) {
      throw ExactaException.fatal(
          "the network in %s serves %s, not %s; begin anew with --fresh, or choose another folder"
              .formatted(settings.home(), genesis.getModels(0).getName(), model.file()));
    }
    long interval = genesis.getParameters().getBlockIntervalMillis();
    settings
        .blockInterval()
        .filter(wanted -> wanted.toMillis() != interval)
        .ifPresent(wanted -> {
          throw ExactaException.fatal(
              "the network in %s makes a block every %d ms; begin anew with --fresh for another"
                  .formatted(settings.home(), interval));
        });
  }

  private static void startHosts(
      HomeFolder home,
      DemoSettings settings,
      DemoAccounts accounts,
      Ports ports,
      ServedModel model,
      Shutdown shutdown) {
    HostCompute compute = model.compute();
    for (int index = 0; index < DemoSettings.HOSTS; index++) {
      PrivateKey key = accounts.roles().hosts().get(index);
      ChainClient chain = shutdown.opened(client(ports.rpcUri()));
      HostSettings host =
          new HostSettings(
              RoleAccounts.hostFolder(home.path(), index),
              "127.0.0.1",
              ports.hosts().get(index),
              Ports.SETTING,
              RUNNING_MAX,
              QUEUED_MAX,
              PREDECESSOR_WAIT);
      HostLog log = new HostLogFile("host " + (index + 1));
      // The chain may still know the ports of another start.
      new HostEnrollment(chain, key).announce(ports.hostUri(index), model.ask(Prices.STANDARD));
      RemoteChain remote = new RemoteChain(chain, key);
      boolean cheats = settings.cheater().isPresent() && index == cheaterIndex();
      shutdown.opened(
          cheats
              ? Frauds.start(
                  settings.cheater().get(), host, remote, key, compute, model, shutdown, log)
              : Host.start(host, remote, key, compute, log));
    }
  }

  private static int cheaterIndex() {
    return DemoSettings.HOSTS - 1;
  }

  private void awaitGateway() throws InterruptedException {
    while (!gateway.isReady()) {
      if (shutdown.await(READY_LOOK)) {
        throw ExactaException.error(
            "stopped before the gateway was ready"
                + shutdown.failure().map(failure -> ": " + failure.getMessage()).orElse(""));
      }
    }
  }

  /** What it tells other programs. */
  public DemoFile file() {
    return file;
  }

  /** The address of the host that cheats, if one does. */
  public Optional<String> cheaterAddress() {
    return settings
        .cheater()
        .map(kind -> accounts.roles().hosts().get(cheaterIndex()).address().toString());
  }

  ChainClient chain() {
    return chain;
  }

  Gateway gateway() {
    return gateway;
  }

  DemoAccounts accounts() {
    return accounts;
  }

  HostNames names() {
    return new HostNames(accounts.roles().hosts());
  }

  /** Waits for the first Sprint whose work was verified; returns false if asked to stop before. */
  public boolean awaitVerifiedSprint(Consumer<String> progress) throws InterruptedException {
    return new SprintProgress(chain, names(), progress).awaitVerified(shutdown);
  }

  /** Asks every host one short question in every epoch, so that all are paid and audited. */
  public void askEveryEpoch() {
    shutdown
        .opened(new EpochQuestions(chain, gateway, accounts.roles().hosts(), file.model()))
        .start();
  }
}
