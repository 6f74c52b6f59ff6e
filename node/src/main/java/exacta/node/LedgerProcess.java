package exacta.node;

import exacta.consensus.Application;
import exacta.consensus.CometChain;
import exacta.consensus.CommonPool;
import exacta.consensus.RestServer;
import exacta.consensus.RpcSettings;
import exacta.consensus.abci.AbciAddress;
import exacta.consensus.abci.AbciServer;
import exacta.consensus.abci.LedgerNode;
import exacta.consensus.abci.RetentionSettings;
import exacta.crypto.Address;
import exacta.ledger.Ledger;
import exacta.store.Head;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** A ledger node: what CometBFT drives, in a process of its own. */
public final class LedgerProcess {
  /** What the address is called in messages. */
  private static final String LISTEN_SETTING = "--listen";

  private final AbciServer server;
  private final LedgerNode node;

  /**
   * What is kept for nodes that join.
   *
   * @param snapshotInterval blocks from one snapshot to the next; 0: none are taken
   * @param blocksKept how many blocks CometBFT is to keep; 0: all
   */
  public record Retention(long snapshotInterval, long blocksKept) {
    private RetentionSettings in(HomeFolder home) {
      return new RetentionSettings(home.resolve("snapshots"), snapshotInterval, blocksKept);
    }
  }

  /**
   * REST for wallets.
   *
   * @param port on loopback
   * @param comet the RPC of the CometBFT that drives this ledger: it has the blocks
   */
  public record Wallets(int port, URI comet) {
    /** What the port is called in messages. */
    public static final String SETTING = "--rest";
  }

  private LedgerProcess(AbciServer server, LedgerNode node) {
    this.server = server;
    this.node = node;
  }

  /**
   * Opens the ledger in the home, and listens until the shutdown; asks for it if a block fails.
   *
   * @param listen as CometBFT's {@code proxy_app}, if it is not the socket in the home
   * @param retention what is kept for others
   * @param wallets REST, if it is to be served
   */
  public static LedgerProcess start(
      Path folder,
      Optional<String> listen,
      Retention retention,
      Optional<Wallets> wallets,
      Shutdown shutdown,
      Consumer<String> progress) {
    // A wrong address is told before anything is made.
    AbciAddress address =
        listen.map(AbciAddress::parse).orElseGet(() -> ValidatorHome.socket(folder));
    HomeFolder home = shutdown.opened(HomeFolder.open(folder));
    progress.accept("log: " + Logs.toFiles(home.resolve("log")));
    ReplayService replay = shutdown.opened(new ReplayService());
    Ledger ledger = Ledger.planned(replay, new CommonPool(), PlannedRules.read(home));
    LedgerNode node =
        shutdown.opened(
            LedgerNode.open(
                home.resolve("ledger"),
                new Application(ledger, ledger::signer),
                new NodeLinks(secrets(home)),
                retention.in(home)));
    wallets.ifPresent(rest -> serve(node, rest, shutdown));
    AbciServer server = shutdown.opened(AbciServer.start(node, address, LISTEN_SETTING));
    server
        .stopped()
        .whenComplete((done, failure) -> {
          if (failure != null) {
            shutdown.fail(failure);
          }
        });
    return new LedgerProcess(server, node);
  }

  private static void serve(LedgerNode node, Wallets wallets, Shutdown shutdown) {
    CometChain chain = shutdown.opened(new CometChain(wallets.comet(), node::query));
    node.findTransactionsIn(chain);
    shutdown.opened(
        RestServer.start(chain, RpcSettings.onLoopback(wallets.port(), Wallets.SETTING)));
  }

  /** A validator has them; a node that only follows does not. */
  private static Optional<ProposerChain> secrets(HomeFolder home) {
    return PrivateFile.read(home.resolve(ValidatorHome.HOST))
        .map(bytes -> Address.ofText(new String(bytes, StandardCharsets.UTF_8).strip()))
        .flatMap(host -> ProposerChain.find(home.resolve(ValidatorHome.POOL_SECRETS), host));
  }

  /** For people: what CometBFT is to be told. */
  public String description() {
    return "ledger at height %d; proxy_app = \"%s\""
        .formatted(
            node.head().map(Head::height).map(height -> height.value()).orElse(0L),
            server.address().text());
  }
}
