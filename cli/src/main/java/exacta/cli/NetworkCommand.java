package exacta.cli;

import exacta.node.CometBinary;
import exacta.node.HomeFolder;
import exacta.node.NetworkInit;
import exacta.node.NetworkRoles;
import exacta.node.NetworkSettings;
import exacta.node.NetworkUp;
import exacta.node.Shutdown;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A network of several nodes on this machine, replicated by CometBFT. */
@Command(
    name = "network",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = NetworkJoinCommand.class,
    description = "A network of several nodes on this machine, replicated by CometBFT.")
final class NetworkCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** Without a command there is nothing to do but to show what there is. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name a command: init, up, roles, join");
  }

  /** Writes what a network begins with. */
  @Command(
      name = "init",
      mixinStandardHelpOptions = true,
      description = {
        "Writes the homes of all nodes, their keys, the genesis, and CometBFT's settings. Starts "
            + "nothing: each node is then `exacta node --home HOME/nodes/1` beside `cometbft start "
            + "--home HOME/nodes/1/cometbft`."
      })
  int init(
      @Option(
              names = "--validators",
              paramLabel = "COUNT",
              required = true,
              description = "How many nodes make blocks, 1 to 20.")
          int validators,
      @Option(
              names = "--hosts",
              paramLabel = "COUNT",
              description = "How many hosts the genesis names. Default: as many as validators")
          Integer hosts,
      @Option(
              names = "--home",
              paramLabel = "FOLDER",
              description = "Where everything is kept. Default: ~/.exacta/network")
          Path home,
      @Option(
              names = "--chain-id",
              paramLabel = "NAME",
              description = "The chain's name. Default: made up")
          String chainId,
      @Option(
              names = "--model",
              paramLabel = "FILE",
              description = "A GGUF file in place of the default model.")
          Path model,
      @Option(
              names = "--port-base",
              paramLabel = "PORT",
              description = {
                "Gateway at PORT, the first node's REST at PORT+2, hosts from PORT+10 on, the first"
                    + " CometBFT at PORT+50 and its RPC at PORT+51, the next ones behind them."
                    + " Default: 8080, 1317, 9400, 26656 and 26657, 26756 and 26757"
              })
          Integer portBase,
      @Option(
              names = "--block-interval",
              paramLabel = "MILLIS",
              description = "Time between blocks, in milliseconds. Default: 500")
          Long blockInterval) {
    Output output = new Output(spec);
    Path file =
        NetworkInit.run(
            new NetworkSettings(
                home(home),
                validators,
                hosts == null ? OptionalInt.empty() : OptionalInt.of(hosts),
                Optional.ofNullable(chainId),
                Optional.ofNullable(model),
                portBase == null ? OptionalInt.empty() : OptionalInt.of(portBase),
                Optional.ofNullable(blockInterval).map(Duration::ofMillis)),
            output::progress);
    output.result(file.toString());
    return 0;
  }

  /** Runs a network. */
  @Command(
      name = "up",
      mixinStandardHelpOptions = true,
      description = {
        "Runs the network that `exacta network init` made: a ledger and a CometBFT for every node, "
            + "and hosts and a gateway in a process of lower priority. Starts again what dies, and "
            + "prints a line for every node every ten seconds. Ctrl-C stops all."
      })
  int up(
      @Option(
              names = "--home",
              paramLabel = "FOLDER",
              description = "The network's home. Default: ~/.exacta/network")
          Path home,
      @Option(
              names = "--cometbft",
              paramLabel = "FILE",
              description = "The program. Default: that of ./install-cometbft, or of the path")
          Path cometbft,
      @Option(names = "--nodes-only", description = "Without hosts and gateway.") boolean nodesOnly,
      @Mixin RetentionOptions retention)
      throws InterruptedException {
    Output output = new Output(spec);
    Path program = CometBinary.find(Optional.ofNullable(cometbft), System.getenv());
    try (Shutdown shutdown = new Shutdown()) {
      NetworkUp.Parts parts =
          new NetworkUp.Parts(
              home(home),
              OwnCommand.of(ProcessHandle.current()),
              program,
              retention.settings(),
              !nodesOnly);
      NetworkUp.open(parts, shutdown, output::progress).run(shutdown);
      return 0;
    }
  }

  /** Runs those who sell and buy. */
  @Command(
      name = "roles",
      mixinStandardHelpOptions = true,
      description = {
        "Runs hosts and gateway of the network that `exacta network init` made, in one process. "
            + "`exacta network up` does that, too."
      })
  int roles(
      @Option(
              names = "--home",
              paramLabel = "FOLDER",
              description = "The network's home. Default: ~/.exacta/network")
          Path home,
      @Option(
              names = "--with-parent",
              description = "End when standard input does: for whoever starts this.")
          boolean withParent)
      throws InterruptedException {
    Output output = new Output(spec);
    try (Shutdown shutdown = new Shutdown()) {
      if (withParent) {
        ParentWatch.start(shutdown);
      }
      DemoText.lines(NetworkRoles.start(home(home), shutdown, output::progress))
          .forEach(output::result);
      shutdown.await();
      return 0;
    }
  }

  private static Path home(Path named) {
    return named != null ? named : HomeFolder.standard(System.getenv(), "network");
  }
}
