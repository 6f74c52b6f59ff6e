package exacta.cli;

import exacta.engine.Sampling;
import exacta.node.DemoFile;
import exacta.node.HomeFolder;
import exacta.primitives.ExactaException;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A chat in the terminal: with a demo that runs elsewhere on this machine, or with a file. */
@Command(
    name = "chat",
    mixinStandardHelpOptions = true,
    description = {
      "Opens a chat in the terminal: with a running demo, or, where a file is named, with that "
          + "model in this process, without any network."
    },
    footer = {
      "",
      "Examples:",
      "  exacta chat                  with the running demo",
      "  exacta chat default          with the default model, here",
      "  exacta chat model.gguf --temperature 0.7 --system 'You are a pirate.'",
      "",
      "A file answers standard input line by line, too: what is said there needs no terminal."
    })
final class ChatCommand implements Runnable {
  @Mixin private ModelFile file;

  @Option(
      names = "--demo",
      paramLabel = "JSON",
      description = "The demo.json of the running demo. Default: ~/.exacta/demo/demo.json")
  private Path demo;

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      defaultValue = "",
      description =
          "With a file: what the model is told before all else. Default: what its template says")
  private String system;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "512",
      description = "With a file: tokens of an answer at most. Default: ${DEFAULT-VALUE}")
  private int maxTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0",
      description =
          "With a file: 0 always takes the most likely word; up to 10. Default: ${DEFAULT-VALUE}")
  private float temperature;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      defaultValue = "0.95",
      description =
          "With a file: the share of likely words to choose from. Default: ${DEFAULT-VALUE}")
  private float topP;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "With a file: another one chooses other words. Default: ${DEFAULT-VALUE}")
  private long seed;

  @Option(
      names = "--json",
      description = "With a file: a JSON object for each answer: tokens, text, end, digest.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    if (file.isNamed()) {
      chatWithFile();
    } else {
      chatWithDemo();
    }
  }

  private void chatWithDemo() {
    if (json) {
      throw ExactaException.fatal("--json goes with a file: exacta chat FILE --json");
    }
    if (System.console() == null || !System.console().isTerminal()) {
      throw ExactaException.fatal(
          "a chat with the demo needs a terminal; use the OpenAI API, or name a file");
    }
    Path path =
        demo != null ? demo : HomeFolder.standard(System.getenv(), "demo").resolve(DemoFile.NAME);
    new Chat(DemoFile.read(path), new Output(spec)).run();
  }

  private void chatWithFile() {
    if (demo != null) {
      throw ExactaException.fatal("--demo goes without a file");
    }
    LocalChat.Manner manner = manner();
    boolean people = !json && System.console() != null && System.console().isTerminal();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (ModelFile.Opened opened = file.open()) {
      LocalChat chat = new LocalChat(opened.model(), manner, new Output(spec), json);
      if (people) {
        try (Rehearsal _ = Rehearsal.of(opened.model())) {
          chat.run(in, true);
        }
      } else {
        chat.run(in, false);
      }
    }
  }

  private LocalChat.Manner manner() {
    if (maxTokens < 1) {
      throw ExactaException.fatal("--max-tokens is at least 1, not " + maxTokens);
    }
    try {
      return new LocalChat.Manner(
          system, maxTokens, new Sampling(temperature, 0, topP, List.of()), seed);
    } catch (IllegalArgumentException e) {
      throw ExactaException.fatal("--temperature or --top-p: " + e.getMessage());
    }
  }
}
