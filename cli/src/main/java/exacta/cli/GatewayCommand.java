package exacta.cli;

import exacta.node.DemoFile;
import exacta.node.GatewayProcess;
import exacta.node.Shutdown;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A gateway as a process of its own. */
@Command(
    name = "gateway",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a gateway that joins a running demo: it opens a session of its own, paid by the demo's "
          + "test account, and serves the OpenAI API and the page."
    })
final class GatewayCommand implements Callable<Integer> {
  @Mixin private JoinOptions join;

  @Option(
      names = "--port",
      defaultValue = "8090",
      description = "Where it listens, 0 for any free port. Default: ${DEFAULT-VALUE}")
  private int port;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    Output output = new Output(spec);
    try (Shutdown shutdown = new Shutdown()) {
      DemoFile gateway =
          GatewayProcess.start(
              join.settings(
                  "gateway",
                  port,
                  Optional.empty(),
                  Optional.empty(),
                  OptionalLong.empty(),
                  Optional.empty()),
              shutdown,
              output::progress);
      DemoText.lines(gateway).forEach(output::result);
      shutdown.await();
      return 0;
    }
  }
}
