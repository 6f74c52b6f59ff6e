package exacta.node;

import exacta.chainclient.ChainClient;
import exacta.crypto.Mnemonic;
import exacta.crypto.SystemEntropy;
import exacta.gateway.Gateway;
import exacta.gateway.RecentRequests;
import exacta.primitives.Clock;
import exacta.primitives.ExactaException;
import java.net.URI;
import java.time.Duration;
import java.util.function.Consumer;

/** A gateway alone in its process. */
public final class GatewayProcess {
  private static final Duration LOOK = Duration.ofMillis(100);

  private GatewayProcess() {}

  /**
   * Opens a session, paid by the demo's test account, and serves until it is closed.
   *
   * @return where it is, as a demo says it; also in its home
   */
  public static DemoFile start(JoinSettings settings, Shutdown shutdown, Consumer<String> progress)
      throws InterruptedException {
    HomeFolder home = shutdown.opened(HomeFolder.open(settings.home()));
    progress.accept("log: " + Logs.toFiles(home.resolve("log")));
    if (settings.port() != 0) {
      Ports.checkFree(settings.port(), "this gateway's", JoinSettings.PORT_SETTING);
    }
    DemoFile demo = settings.requireDemo();
    String apiKey = RoleAccounts.apiKey(home.path(), new SystemEntropy());
    ChainClient chain = shutdown.opened(new ChainClient(settings.chain(), Clock.STEADY));
    Gateway gateway =
        shutdown.opened(
            DemoNetwork.startGateway(
                settings.port(),
                JoinSettings.PORT_SETTING,
                home.resolve("gateway"),
                apiKey,
                Mnemonic.ofWords(demo.mnemonic()).key(Mnemonic.COIN_COSMOS, 0),
                chain,
                new RecentRequests(DemoNetwork.RECENT_REQUESTS)));
    while (!gateway.isReady()) {
      if (shutdown.await(LOOK)) {
        throw ExactaException.error("stopped before the gateway was ready");
      }
    }
    URI address = Ports.loopback(gateway.port());
    DemoFile described =
        new DemoFile(
            address.toString(),
            settings.chain().toString(),
            demo.rest(),
            address + "/",
            apiKey,
            demo.model(),
            demo.mnemonic(),
            demo.chainId(),
            demo.modelFile());
    described.write(home.resolve(DemoFile.NAME));
    return described;
  }
}
