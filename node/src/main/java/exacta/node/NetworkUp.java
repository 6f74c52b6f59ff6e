package exacta.node;

import exacta.primitives.Clock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs a network on this machine: for every node a ledger and a CometBFT, and hosts and gateway
 * together in one process of lower priority, so that their computing delays no block. What dies is
 * started again; a CometBFT that stands still is, too.
 */
public final class NetworkUp implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);
  private static final String LOWER_PRIORITY = "10";

  private final List<ManagedNode> nodes;
  private final Optional<ManagedProcess> roles;
  private final Consumer<String> progress;

  /** Ctrl-C closes on another thread: after that nothing may be started. */
  private boolean closed;

  private long lineMillis;

  private NetworkUp(
      List<ManagedNode> nodes, Optional<ManagedProcess> roles, Consumer<String> progress) {
    this.nodes = List.copyOf(nodes);
    this.roles = roles;
    this.progress = progress;
  }

  /**
   * What is to run.
   *
   * @param home of the network
   * @param exacta the command that starts this program
   * @param retention what the ledgers keep for nodes that join
   * @param withRoles whether hosts and gateway run, too
   */
  public record Parts(
      Path home,
      List<String> exacta,
      Path cometbft,
      LedgerProcess.Retention retention,
      boolean withRoles) {
    public Parts {
      exacta = List.copyOf(exacta);
    }

    private List<String> ledger(Path folder) {
      return with(
          exacta,
          "node",
          "--with-parent",
          "--home",
          folder.toString(),
          "--snapshot-interval",
          Long.toString(retention.snapshotInterval()),
          "--keep-blocks",
          Long.toString(retention.blocksKept()));
    }
  }

  /** Opens a network; {@link #run} starts it. */
  public static NetworkUp open(Parts parts, Shutdown shutdown, Consumer<String> progress) {
    NetworkFile network = NetworkFile.read(parts.home());
    HomeFolder home = shutdown.opened(HomeFolder.open(parts.home()));
    Clock clock = Clock.STEADY;
    List<ManagedNode> nodes = new ArrayList<>();
    for (int index = 0; index < network.validators(); index++) {
      Path folder = NetworkInit.nodeFolder(home.path(), index);
      String name = "node " + (index + 1);
      ManagedProcess ledger =
          new ManagedProcess(
              "the ledger of " + name,
              with(parts.ledger(folder), index == 0 ? wallets(network.ports()) : List.of()),
              folder.resolve("ledger.out"),
              clock);
      ManagedProcess comet =
          new ManagedProcess(
              "CometBFT of " + name,
              List.of(
                  parts.cometbft().toString(),
                  "start",
                  "--home",
                  folder.resolve(ValidatorHome.COMET).toString()),
              folder.resolve("cometbft.out"),
              clock);
      nodes.add(
          new ManagedNode(
              name,
              ledger,
              comet,
              ValidatorHome.socketFile(folder),
              network.ports().rpcUri(index),
              clock));
    }
    Optional<ManagedProcess> roles =
        parts.withRoles()
            ? Optional.of(
                new ManagedProcess(
                    "hosts and gateway",
                    with(
                        with(List.of("nice", "-n", LOWER_PRIORITY), parts.exacta()),
                        "network",
                        "roles",
                        "--with-parent",
                        "--home",
                        home.path().toString()),
                    home.resolve("roles.out"),
                    clock))
            : Optional.empty();
    return shutdown.opened(new NetworkUp(nodes, roles, progress));
  }

  /** The first node serves wallets, too: one is enough, and its port is the one they know. */
  private static List<String> wallets(NetworkPorts ports) {
    return List.of(
        LedgerProcess.Wallets.SETTING,
        Integer.toString(ports.rest()),
        "--rpc",
        ports.rpcUri(0).toString());
  }

  private static List<String> with(List<String> command, String... more) {
    return with(command, List.of(more));
  }

  private static List<String> with(List<String> command, List<String> more) {
    List<String> both = new ArrayList<>(command);
    both.addAll(more);
    return both;
  }

  /** Keeps everything running until the shutdown. */
  public void run(Shutdown shutdown) throws InterruptedException {
    boolean stop = false;
    while (!stop) {
      look();
      stop = shutdown.await(LOOK);
    }
  }

  private synchronized void look() {
    if (!closed) {
      nodes.forEach(node -> node.look(progress));
      boolean begun = nodes.stream().anyMatch(ManagedNode::makesBlocks);
      roles
          .filter(process -> begun && process.ensure())
          .ifPresent(process -> progress.accept("started " + process.name()));
      long now = Clock.STEADY.millis();
      if (now - lineMillis >= BETWEEN_LINES.toMillis()) {
        lineMillis = now;
        nodes.forEach(node -> progress.accept(node.line()));
      }
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    // First those that ask, then those that are asked.
    roles.ifPresent(ManagedProcess::stop);
    nodes.forEach(ManagedNode::stop);
  }
}
