package exacta.cli;

import exacta.engine.template.Piece;
import exacta.engine.text.Detokenizer;
import exacta.engine.text.ModelCard;
import exacta.engine.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Text to tokens. */
@Command(
    name = "tokenize",
    mixinStandardHelpOptions = true,
    description = {
      "Shows the tokens that a model's tokenizer cuts a text into, one a line. No token for the "
          + "beginning is put in front. Needs no weights."
    },
    footer = {
      "",
      "Examples:",
      "  exacta tokenize default --text-file letter.txt",
      "  echo -n 'Hello!' | exacta tokenize default --text-file - --json",
      "",
      "With --jsonl each line {\"text\": \"...\"} is answered by {\"tokens\": [...]}, and each"
          + " {\"tokens\": [...]} by {\"text\": \"...\"}."
    })
final class TokenizeCommand implements Runnable {
  @Mixin private ModelFile file;

  @ArgGroup(multiplicity = "1")
  private Source source;

  @Option(
      names = "--special",
      description = "Control tokens that the text spells are taken for what they spell.")
  private boolean special;

  @Option(names = "--json", description = "One JSON object instead of lines: tokens.")
  private boolean json;

  @Spec private CommandSpec spec;

  /** Where the text comes from. */
  static final class Source {
    @Option(
        names = "--text-file",
        paramLabel = "T",
        description = "The text, UTF-8; - for standard input.")
    private Path textFile;

    @Option(
        names = "--jsonl",
        paramLabel = "F",
        description = "Many texts, a JSON object a line; answers one a line in the same order.")
    private Path lines;
  }

  @Override
  public void run() {
    Output output = new Output(spec);
    ModelCard card = file.card();
    if (source.lines != null) {
      Inputs.forEach(
          source.lines,
          new LongTask(output, "line"),
          input -> output.result(JsonMapper.shared().writeValueAsString(answer(card, input))));
      return;
    }
    int[] tokens = encode(card.tokenizer(), TextFiles.read(source.textFile), special);
    if (json) {
      output.result(JsonMapper.shared().writeValueAsString(Map.of("tokens", tokens)));
      return;
    }
    for (int token : tokens) {
      output.result("%7d  %s".formatted(token, shown(card.tokenizer(), token)));
    }
  }

  private Map<String, Object> answer(ModelCard card, Inputs.Input input) {
    Tokenizer tokenizer = card.tokenizer();
    return switch (input) {
      case Inputs.Input.Text(String text) -> Map.of("tokens", encode(tokenizer, text, special));
      case Inputs.Input.Tokens(int[] ids) -> {
        requireTokens(card, ids);
        yield Map.of("text", Detokenizer.text(tokenizer, ids));
      }
    };
  }

  /** The tokens of a text as it stands, without one for the beginning. */
  static int[] encode(Tokenizer tokenizer, String text, boolean special) {
    return tokenizer.encode(List.of(new Piece(text, special)));
  }

  private static void requireTokens(ModelCard card, int[] ids) {
    for (int id : ids) {
      if (id < 0 || id >= card.vocabularySize()) {
        throw new IllegalArgumentException(id + " is no token of this model");
      }
    }
  }

  /** In quotes, so that white space can be seen; control tokens by their name. */
  private static String shown(Tokenizer tokenizer, int token) {
    return tokenizer.isControl(token)
        ? tokenizer.name(token)
        : JsonMapper.shared().writeValueAsString(Detokenizer.text(tokenizer, new int[] {token}));
  }
}
