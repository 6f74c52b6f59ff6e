package exacta.cli;

import exacta.node.DemoFile;
import exacta.node.HomeFolder;
import exacta.primitives.ExactaException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A chat with a demo that runs elsewhere on this machine. */
@Command(
    name = "chat",
    mixinStandardHelpOptions = true,
    description = "Opens a chat in the terminal with a running demo.")
final class ChatCommand implements Runnable {
  @Option(
      names = "--demo",
      paramLabel = "FILE",
      description = "The demo.json of the running demo. Default: ~/.exacta/demo/demo.json")
  private Path demo;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    if (System.console() == null || !System.console().isTerminal()) {
      throw ExactaException.fatal("a chat needs a terminal; use the OpenAI API instead");
    }
    Path file =
        demo != null ? demo : HomeFolder.standard(System.getenv(), "demo").resolve(DemoFile.NAME);
    new Chat(DemoFile.read(file), new Output(spec)).run();
  }
}
