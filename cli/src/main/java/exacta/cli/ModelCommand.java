package exacta.cli;

import exacta.engine.gguf.Gguf;
import exacta.engine.gguf.ModelDigest;
import exacta.engine.text.ModelCard;
import exacta.node.ModelSource;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Models on this machine. */
@Command(
    name = "model",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Fetches the default model, or looks into a model's file.",
    subcommands = {ModelCommand.Pull.class, ModelCommand.Inspect.class})
final class ModelCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name one of: pull, inspect");
  }

  /** Brings the default model into the cache. */
  @Command(
      name = "pull",
      mixinStandardHelpOptions = true,
      description = {
        "Fetches the default model, SmolLM2-135M-Instruct (98 MB), and prints the path of its"
            + " file.",
        "A fetch that broke off goes on where it stopped; the file is checked before it is used."
      })
  static final class Pull implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
      ModelSource source = ModelSource.standard(System.getenv(), System.err);
      PrintWriter out = spec.commandLine().getOut();
      out.println(source.fetch(ModelSource.standardCache(System.getenv())));
      out.flush();
    }
  }

  /** Says what a file holds. */
  @Command(
      name = "inspect",
      mixinStandardHelpOptions = true,
      description = {
        "Shows what a GGUF file holds: name, architecture, sizes, and the Merkle root by which the",
        "network knows it."
      })
  static final class Inspect implements Runnable {
    @Parameters(
        arity = "0..1",
        paramLabel = "FILE",
        defaultValue = ModelFile.DEFAULT,
        description = "A GGUF file. Not given, or 'default': the default model")
    private String file;

    @Option(names = "--json", description = "One JSON object instead of lines.")
    private boolean json;

    @Spec private CommandSpec spec;

    @Override
    public void run() {
      Path path = ModelFile.pathOf(file);
      PrintWriter out = spec.commandLine().getOut();
      Map<String, Object> facts = facts(path);
      if (json) {
        out.println(JsonMapper.shared().writeValueAsString(facts));
      } else {
        facts.forEach((name, value) -> out.printf("%-16s %s%n", name, value));
      }
      out.flush();
    }

    private static Map<String, Object> facts(Path path) {
      try (Gguf gguf = Gguf.open(path)) {
        ModelCard card = ModelCard.of(path.toString(), gguf);
        ModelDigest digest = ModelDigest.of(gguf);
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("file", path.toString());
        facts.put("name", card.name().orElse("(none)"));
        facts.put("architecture", card.architecture());
        facts.put("contextLength", card.contextLength());
        facts.put("vocabulary", card.vocabularySize());
        facts.put("tensors", gguf.tensors().size());
        facts.put("cardBytes", digest.identity().cardBytes());
        facts.put("weightBytes", digest.identity().weightBytes());
        facts.put("root", digest.identity().root().toHex());
        return facts;
      }
    }
  }
}
