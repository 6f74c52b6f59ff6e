package exacta.cli;

import exacta.node.Cheater;
import exacta.node.DemoFile;
import exacta.node.DemoNetwork;
import exacta.node.DemoSettings;
import exacta.node.HomeFolder;
import exacta.node.OnceReport;
import exacta.node.OnceRun;
import exacta.node.Shutdown;
import exacta.node.VerdictWatch;
import exacta.primitives.ExactaException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** A network on this machine. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs a whole network on this machine: four hosts that prove their power in Sprints, serve a "
          + "language model, check each other and are paid; a chain that keeps the books; a "
          + "gateway that any OpenAI client can talk to; and a page that shows it all.",
      "",
      "The first start fetches the model (98 MB). Ctrl-C stops; the next start goes on from there.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  exacta demo",
      "  exacta demo --once \"What is the capital of France?\" --json",
      "  exacta demo --cheater sprint",
      "  exacta demo --no-chat --port-base 20000 --home /tmp/another"
    })
final class DemoCommand implements Callable<Integer> {
  @Option(
      names = "--once",
      paramLabel = "QUESTION",
      description = {
        "Ask one question, wait until its receipt is settled, audited and paid (about two "
            + "minutes), show who checked it and who was paid, and end."
      })
  private String once;

  @Option(names = "--json", description = "With --once: print one JSON object.")
  private boolean json;

  @Option(
      names = "--cheater",
      paramLabel = "KIND",
      description = {
        "Make the last host a fraud, in a network of its own that begins anew. sprint: it leaves "
            + "out every fourth nonce. model: it serves weights of fewer bits. With --once, the "
            + "command ends after the verdict; exit code 0 means that the fraud and nobody else "
            + "was convicted."
      })
  private Cheater cheater;

  @Option(names = "--no-chat", description = "Do not open a chat in the terminal.")
  private boolean noChat;

  @Option(names = "--fresh", description = "Forget everything, and begin anew.")
  private boolean fresh;

  @Option(
      names = "--home",
      paramLabel = "FOLDER",
      description = "Where everything is kept. Default: ~/.exacta/demo")
  private Path home;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = "A GGUF file in place of the default model.")
  private Path model;

  @Option(
      names = "--port-base",
      paramLabel = "PORT",
      description = {
        "Gateway and page at PORT, the chain's RPC at PORT+1, its REST at PORT+2, hosts from "
            + "PORT+10 on. Default: 8080, 26657, 1317, and from 9400 on."
      })
  private Integer portBase;

  @Option(
      names = "--block-interval",
      paramLabel = "MILLIS",
      description = "Time between blocks of a new network, in milliseconds. Default: 500")
  private Long blockInterval;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    if (json && once == null) {
      throw new ParameterException(spec.commandLine(), "--json goes with --once");
    }
    Output output = new Output(spec);
    // The JVM runs the same at Ctrl-C; whoever comes second has nothing left to do.
    try (Shutdown shutdown = new Shutdown()) {
      DemoNetwork network = DemoNetwork.start(settings(), shutdown, output::progress);
      if (!network.awaitVerifiedSprint(output::progress)) {
        return end(shutdown);
      }
      network.askEveryEpoch();
      return once != null ? once(network, shutdown, output) : serve(network, shutdown, output);
    }
  }

  private DemoSettings settings() {
    String name = cheater == null ? "demo" : "cheater-" + cheater.name().toLowerCase(Locale.ROOT);
    return new DemoSettings(
        home != null ? home : HomeFolder.standard(System.getenv(), name),
        fresh || cheater != null,
        Optional.ofNullable(model),
        portBase == null ? OptionalInt.empty() : OptionalInt.of(portBase),
        Optional.ofNullable(blockInterval).map(Duration::ofMillis),
        Optional.ofNullable(cheater));
  }

  private static int end(Shutdown shutdown) {
    shutdown
        .failure()
        .ifPresent(failure -> {
          throw new ExactaException(
              ExactaException.Category.ERROR, "the network stopped: " + failure, failure);
        });
    return 0;
  }

  private int once(DemoNetwork network, Shutdown shutdown, Output output)
      throws InterruptedException {
    OnceReport report =
        new OnceRun(network, shutdown, output::progress)
            .run(
                once,
                answer -> {
                  if (!json) {
                    output.result(answer);
                  }
                });
    if (json) {
      output.result(JsonMapper.shared().writeValueAsString(report));
    } else {
      ReportText.lines(report).forEach(output::result);
    }
    return VerdictWatch.isAsExpected(report, network) ? 0 : Main.HOPELESS;
  }

  private int serve(DemoNetwork network, Shutdown shutdown, Output output)
      throws InterruptedException {
    DemoFile demo = network.file();
    DemoText.lines(demo).forEach(output::result);
    shutdown.opened(VerdictWatch.start(network, output::progress));
    boolean terminal = System.console() != null && System.console().isTerminal();
    if (noChat || !terminal) {
      shutdown.await();
      return end(shutdown);
    }
    new Chat(demo, output).run();
    return end(shutdown);
  }
}
