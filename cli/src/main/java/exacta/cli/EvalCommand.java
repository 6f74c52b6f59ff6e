package exacta.cli;

import exacta.engine.Evaluation;
import exacta.engine.Model;
import exacta.engine.text.Detokenizer;
import exacta.primitives.ExactaException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Tokens to logits. */
@Command(
    name = "eval",
    mixinStandardHelpOptions = true,
    description = {
      "Computes what a model expects after some tokens: the logits of the last position, the most "
          + "likely next token, and a digest that is the same on every machine."
    },
    footer = {
      "",
      "Examples:",
      "  exacta eval default --tokens 504,3575,282,4649,314",
      "  exacta eval model.gguf --jsonl inputs.jsonl > answers.jsonl",
      "",
      "With --jsonl each line is {\"tokens\": [...]}, or {\"text\": \"...\"}, whose tokens get the"
          + " one for the beginning in front where the model wants it."
    })
final class EvalCommand implements Runnable {
  private static final int SHOWN = 10;

  @Mixin private ModelFile file;

  @ArgGroup(multiplicity = "1")
  private Source source;

  @Option(
      names = "--json",
      description = "One JSON object instead of lines: logits, argmax, digest.")
  private boolean json;

  @Spec private CommandSpec spec;

  /** Where the tokens come from. */
  static final class Source {
    @Option(
        names = "--tokens",
        split = ",",
        paramLabel = "ID",
        description = "The tokens, such as 1,2,3.")
    private int[] tokens;

    @Option(
        names = "--jsonl",
        paramLabel = "F",
        description = "Many inputs, a JSON object a line; answers one a line in the same order.")
    private Path lines;
  }

  @Override
  public void run() {
    Output output = new Output(spec);
    try (ModelFile.Opened opened = file.open()) {
      Model model = opened.model();
      if (source.lines != null) {
        Inputs.forEach(
            source.lines,
            new LongTask(output, "line"),
            input -> output.result(json(Evaluation.of(model, tokens(model, input)))));
        return;
      }
      Evaluation evaluation = evaluate(model);
      if (json) {
        output.result(json(evaluation));
      } else {
        show(model, evaluation, output);
      }
    }
  }

  private Evaluation evaluate(Model model) {
    try {
      return Evaluation.of(model, source.tokens);
    } catch (IllegalArgumentException e) {
      throw ExactaException.fatal("--tokens: " + e.getMessage());
    }
  }

  private static int[] tokens(Model model, Inputs.Input input) {
    return switch (input) {
      case Inputs.Input.Text(String text) -> model.card().completionPrompt(text);
      case Inputs.Input.Tokens(int[] ids) -> ids;
    };
  }

  private static String json(Evaluation evaluation) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("logits", evaluation.logits());
    fields.put("argmax", evaluation.argmax());
    fields.put("digest", evaluation.digest().toHex());
    return JsonMapper.shared().writeValueAsString(fields);
  }

  /** The most likely tokens; all the logits are for programs. */
  private static void show(Model model, Evaluation evaluation, Output output) {
    output.result("argmax  " + evaluation.argmax());
    output.result("digest  " + evaluation.digest().toHex());
    output.result("");
    output.result("  logit      token");
    float[] logits = evaluation.logits();
    IntStream.range(0, logits.length)
        .boxed()
        .sorted(Comparator.<Integer>comparingDouble(token -> -logits[token]))
        .limit(SHOWN)
        .forEach(token ->
            output.result(
                "%9.4f  %7d  %s"
                    .formatted(
                        logits[token],
                        token,
                        JsonMapper.shared()
                            .writeValueAsString(
                                Detokenizer.text(model.card().tokenizer(), new int[] {token})))));
  }
}
