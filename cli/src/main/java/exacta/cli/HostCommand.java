package exacta.cli;

import exacta.node.HostProcess;
import exacta.node.Prices;
import exacta.node.Shutdown;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A host as a process of its own. */
@Command(
    name = "host",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a host that joins a running demo: it registers with the chain, takes part in Sprints, "
          + "serves the demo's model, audits others, and is paid. Ctrl-C stops it; the next start "
          + "goes on from there."
    })
final class HostCommand implements Callable<Integer> {
  @Mixin private JoinOptions join;

  @Option(
      names = "--port",
      defaultValue = "9410",
      description = "Where it listens, 0 for any free port. Default: ${DEFAULT-VALUE}")
  private int port;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = "The GGUF file that it serves. Default: the demo's, or the default model")
  private Path model;

  @Option(
      names = "--input-price",
      paramLabel = "NGONKA",
      description = "For a million tokens of prompt. Default: what the demo's hosts ask")
  private Long inputPrice;

  @Option(
      names = "--output-price",
      paramLabel = "NGONKA",
      description = "For a million tokens of answer. Default: what the demo's hosts ask")
  private Long outputPrice;

  @Option(
      names = "--kv-memory",
      paramLabel = "MIB",
      description = {
        "Memory for the keys and values of all answers, in MiB. It bounds how many answers run "
            + "together and how long they are. Default: a quarter of what Java may use"
      })
  private Integer keyValueMemory;

  @Option(
      names = "--validator",
      paramLabel = "FOLDER",
      description = {
        "The home of a node that `exacta network join` made for this host: it becomes the host's"
            + " validator, when its Sprints have given it weight"
      })
  private Path node;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    Output output = new Output(spec);
    try (Shutdown shutdown = new Shutdown()) {
      HostProcess host =
          HostProcess.start(
              join.settings(
                  "host",
                  port,
                  Optional.ofNullable(model),
                  Optional.of(prices()),
                  keyValueBytes(),
                  Optional.ofNullable(node)),
              shutdown,
              output::progress);
      output.result(host.description());
      shutdown.await();
      return 0;
    }
  }

  private OptionalLong keyValueBytes() {
    if (keyValueMemory == null) {
      return OptionalLong.empty();
    }
    if (keyValueMemory < 1) {
      throw new ParameterException(spec.commandLine(), "--kv-memory is 1 MiB or more");
    }
    return OptionalLong.of((long) keyValueMemory << 20);
  }

  private Prices prices() {
    return Prices.ofNano(
        inputPrice != null ? inputPrice : Prices.STANDARD.input().nanoCoins(),
        outputPrice != null ? outputPrice : Prices.STANDARD.output().nanoCoins());
  }
}
