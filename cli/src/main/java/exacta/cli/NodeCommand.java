package exacta.cli;

import exacta.node.HomeFolder;
import exacta.node.LedgerProcess;
import exacta.node.Shutdown;
import exacta.primitives.ExactaException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A ledger node as a process of its own. */
@Command(
    name = "node",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a ledger node: the application that a CometBFT beside it drives. It listens on this "
          + "machine only. Whatever ends it at whatever moment, the next start goes on from the "
          + "last block that was committed; CometBFT ends with it, and must be started after it."
    })
final class NodeCommand implements Callable<Integer> {
  @Option(
      names = "--home",
      paramLabel = "FOLDER",
      description = "Where the ledger is kept. Default: ~/.exacta/node")
  private Path home;

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS",
      description = {
        "Where CometBFT finds it, in the words of its proxy_app: unix:///PATH or "
            + "tcp://127.0.0.1:26658. Default: abci.sock in the home, for its owner only"
      })
  private String listen;

  @Option(
      names = "--with-parent",
      description = "End when standard input does: for whoever starts this and may be killed.")
  private boolean withParent;

  @Option(
      names = "--rest",
      paramLabel = "PORT",
      description = {
        "Serve REST for wallets, on this port of this machine (1317 is usual). Blocks are asked of "
            + "CometBFT, see --rpc"
      })
  private Integer rest;

  @Option(
      names = "--rpc",
      paramLabel = "URI",
      defaultValue = "http://127.0.0.1:26657",
      description = "CometBFT's RPC, for --rest. Default: ${DEFAULT-VALUE}")
  private URI rpc;

  @Mixin private RetentionOptions retention;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    Output output = new Output(spec);
    try (Shutdown shutdown = new Shutdown()) {
      if (withParent) {
        ParentWatch.start(shutdown);
      }
      LedgerProcess node =
          LedgerProcess.start(
              home != null ? home : HomeFolder.standard(System.getenv(), "node"),
              Optional.ofNullable(listen),
              retention.settings(),
              Optional.ofNullable(rest).map(port -> new LedgerProcess.Wallets(port, rpc)),
              shutdown,
              output::progress);
      output.result(node.description());
      shutdown.await();
      shutdown
          .failure()
          .ifPresent(failure -> {
            throw new ExactaException(
                failure instanceof ExactaException known
                    ? known.category()
                    : ExactaException.Category.FATAL,
                "the ledger stopped: " + failure.getMessage(),
                failure);
          });
      return 0;
    }
  }
}
