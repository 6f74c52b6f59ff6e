package exacta.node;

import exacta.chainclient.ChainClient;
import exacta.crypto.KeyFile;
import exacta.crypto.Mnemonic;
import exacta.crypto.PrivateKey;
import exacta.crypto.SystemEntropy;
import exacta.engine.BatchLimits;
import exacta.host.Host;
import exacta.host.HostSettings;
import exacta.host.RemoteChain;
import exacta.primitives.Clock;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** A host alone in its process. */
public final class HostProcess {
  /** The key of the host's account, in its home. */
  static final String KEY = "key";

  private final Host host;

  private HostProcess(Host host) {
    this.host = host;
  }

  /** Registers with the chain, if it is not, and serves until it is closed. */
  public static HostProcess start(
      JoinSettings settings, Shutdown shutdown, Consumer<String> progress) {
    HomeFolder home = shutdown.opened(HomeFolder.open(settings.home()));
    progress.accept("log: " + Logs.toFiles(home.resolve("log")));
    if (settings.port() != 0) {
      Ports.checkFree(settings.port(), "this host's", JoinSettings.PORT_SETTING);
    }
    Path file =
        ServedModel.locate(
            settings.modelFile().or(() -> settings.demo().map(demo -> Path.of(demo.modelFile()))),
            System.getenv(),
            System.err);
    progress.accept("loading " + file.getFileName());
    BatchLimits usual = BatchLimits.usual();
    BatchLimits limits =
        usual.withKeyValueBytes(settings.keyValueBytes().orElse(usual.keyValueBytes()));
    ServedModel model = shutdown.opened(ServedModel.open(file.toAbsolutePath(), limits, progress));
    progress.accept(model.capacity());
    PrivateKey key = KeyFile.readOrCreate(home.resolve(KEY), new SystemEntropy());
    ChainClient chain = shutdown.opened(new ChainClient(settings.chain(), Clock.STEADY));
    Host host =
        shutdown.opened(
            Host.start(
                HostSettings.loopback(
                    home.resolve("work"), settings.port(), JoinSettings.PORT_SETTING),
                new RemoteChain(chain, key),
                key,
                model.compute(),
                new HostLogFile("host")));
    Optional<PrivateKey> sponsor =
        settings
            .demo()
            // The file may be that of another chain, which ran here before.
            .filter(demo -> demo.chainId().equals(chain.chainId()))
            .map(demo -> Mnemonic.ofWords(demo.mnemonic()).key(Mnemonic.COIN_COSMOS, 0));
    new HostEnrollment(chain, key)
        .register(
            Ports.loopback(host.port()),
            model.ask(settings.prices().orElse(Prices.STANDARD)),
            sponsor,
            DemoGenesis.HOST_COLLATERAL);
    settings
        .node()
        .ifPresent(node ->
            progress.accept("validator: " + new ValidatorEnrollment(chain, key).ensure(node)));
    return new HostProcess(host);
  }

  /** For people: who it is, and where. */
  public String description() {
    return "host " + host.address() + " at " + Ports.loopback(host.port());
  }
}
