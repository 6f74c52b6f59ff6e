package exacta.cli;

import exacta.engine.Model;
import exacta.engine.Perplexity;
import exacta.primitives.ExactaException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** How well a model predicts a text. */
@Command(
    name = "perplexity",
    mixinStandardHelpOptions = true,
    description = {
      "Measures how well a model predicts a text: the lower, the better. The text is cut into "
          + "windows, and the second half of each is scored, as llama-perplexity does."
    },
    footer = {
      "",
      "Example:",
      "  exacta perplexity default --text-file acceptance/quality/pride-and-prejudice.txt"
    })
final class PerplexityCommand implements Runnable {
  @Mixin private ModelFile file;

  @Option(
      names = "--text-file",
      required = true,
      paramLabel = "T",
      description = "The text, UTF-8; - for standard input.")
  private Path textFile;

  @Option(
      names = "--window",
      defaultValue = "" + Perplexity.WINDOW,
      paramLabel = "N",
      description = "Tokens of a window. Default: ${DEFAULT-VALUE}")
  private int window;

  @Option(
      names = "--json",
      description =
          "One JSON object instead of a line: perplexity, error, tokens, scored, windows.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Output output = new Output(spec);
    String text = TextFiles.read(textFile);
    try (ModelFile.Opened opened = file.open()) {
      int[] tokens = opened.model().card().completionPrompt(text);
      Perplexity perplexity = measure(opened.model(), tokens, new LongTask(output, "window"));
      if (json) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("perplexity", perplexity.value());
        fields.put("error", perplexity.error());
        fields.put("tokens", tokens.length);
        fields.put("scored", perplexity.scored());
        fields.put("windows", perplexity.windows());
        output.result(JsonMapper.shared().writeValueAsString(fields));
      } else {
        output.result(
            "perplexity %.4f +/- %.4f over %d tokens in %d windows of %d; the text has %d tokens"
                .formatted(
                    perplexity.value(),
                    perplexity.error(),
                    perplexity.scored(),
                    perplexity.windows(),
                    window,
                    tokens.length));
      }
    }
  }

  private Perplexity measure(Model model, int[] tokens, LongTask task) {
    try {
      return Perplexity.of(
          model,
          tokens,
          window,
          (soFar, total) ->
              task.at(soFar.windows(), total, ": perplexity %.4f".formatted(soFar.value())));
    } catch (IllegalArgumentException e) {
      throw ExactaException.fatal(textFile + " with --window " + window + ": " + e.getMessage());
    }
  }
}
