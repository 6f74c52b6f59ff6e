package exacta.cli;

import exacta.engine.AnswerRequest;
import exacta.engine.End;
import exacta.engine.Model;
import exacta.engine.Sampling;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The continuation of a text. */
@Command(
    name = "complete",
    mixinStandardHelpOptions = true,
    description = {
      "Continues a text, always with the most likely token: the same words on every machine. The "
          + "text is the whole prompt; no chat template is put around it."
    },
    footer = {
      "",
      "Example:",
      "  echo -n 'The capital of France is' | exacta complete default --text-file -"
          + " --max-tokens 20"
    })
final class CompleteCommand implements Runnable {
  @Mixin private ModelFile file;

  @Option(
      names = "--text-file",
      required = true,
      paramLabel = "T",
      description = "The text, UTF-8; - for standard input.")
  private Path textFile;

  @Option(
      names = "--max-tokens",
      defaultValue = "128",
      paramLabel = "N",
      description = "Tokens of the continuation at most. Default: ${DEFAULT-VALUE}")
  private int maxTokens;

  @Option(
      names = "--special",
      description = "Control tokens that the text spells are taken for what they spell.")
  private boolean special;

  @Option(
      names = "--json",
      description = "One JSON object instead of text: tokens, text, end, digest.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Output output = new Output(spec);
    String text = TextFiles.read(textFile);
    try (ModelFile.Opened opened = file.open()) {
      LocalAnswer answer = answer(opened.model(), text, output);
      output.result(json ? answer.json() : "");
      if (answer.end() == End.FAILED) {
        throw ExactaException.fatal(
            "after "
                + answer.tokens().size()
                + " tokens the model gave a number that is not finite");
      }
    }
  }

  private LocalAnswer answer(Model model, String text, Output output) {
    int[] beginning = model.card().completionPrompt("");
    int[] prompt =
        special
            ? TokenizeCommand.encode(model.card().tokenizer(), text, true)
            : model.card().completionPrompt(text);
    if (special && beginning.length > 0 && (prompt.length == 0 || prompt[0] != beginning[0])) {
      prompt = concat(beginning, prompt);
    }
    try {
      return LocalAnswer.of(
          model,
          new AnswerRequest(prompt, maxTokens, Sampling.greedy(), Digest32.ZERO, new int[0]),
          json ? piece -> {} : output::piece);
    } catch (IllegalArgumentException e) {
      throw ExactaException.fatal(
          textFile + " with --max-tokens " + maxTokens + ": " + e.getMessage());
    }
  }

  private static int[] concat(int[] first, int[] second) {
    int[] all = new int[first.length + second.length];
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }
}
