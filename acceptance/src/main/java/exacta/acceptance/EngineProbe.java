package exacta.acceptance;

import exacta.engine.gguf.Gguf;
import exacta.engine.template.Rendering;
import exacta.engine.template.Template;
import exacta.engine.text.Detokenizer;
import exacta.engine.text.ModelCard;
import exacta.engine.text.Tokenizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lets a script ask the engine questions: one JSON object a line in, one a line out.
 *
 * <p>The first argument is a GGUF file. Questions by {@code op}: {@code tokenize} (text) gives
 * tokens, {@code detokenize} (tokens) gives text, {@code chat} (messages) gives the prompt's text
 * and tokens, {@code render} (template, data, constants) gives text or a reason.
 */
public final class EngineProbe {
  private static final TypeReference<Map<String, Object>> DATA = new TypeReference<>() {};
  private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

  private final JsonMapper json =
      JsonMapper.builder().enable(DeserializationFeature.USE_LONG_FOR_INTS).build();
  private final ModelCard card;

  private EngineProbe(ModelCard card) {
    this.card = card;
  }

  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try (Gguf gguf = Gguf.open(Path.of(arguments[0]));
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      EngineProbe probe = new EngineProbe(ModelCard.of(arguments[0], gguf));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        out.println(probe.json.writeValueAsString(probe.answer(probe.json.readTree(line))));
      }
    }
  }

  private Map<String, Object> answer(JsonNode question) {
    Tokenizer tokenizer = card.tokenizer();
    return switch (question.get("op").asString()) {
      case "tokenize" -> Map.of("tokens", tokenizer.encode(question.get("text").asString()));
      case "detokenize" ->
          Map.of(
              "text",
              Detokenizer.text(tokenizer, json.treeToValue(question.get("tokens"), int[].class)));
      case "render" -> render(question);
      case "speed" -> speed(question.get("text").asString());
      default -> throw new IllegalArgumentException("unknown op in " + question);
    };
  }

  private Map<String, Object> render(JsonNode question) {
    Template template = Template.parse("probe", question.get("template").asString());
    Map<String, Object> data = new LinkedHashMap<>(json.convertValue(question.get("data"), DATA));
    Map<String, String> constants = json.convertValue(question.get("constants"), TEXTS);
    return switch (template.render(data, constants)) {
      case Rendering.Rendered rendered ->
          Map.of(
              "text", rendered.text(),
              "tokens", card.tokenizer().encode(rendered.pieces()));
      case Rendering.Refused refused -> Map.of("refused", refused.reason());
    };
  }

  /** Milliseconds for the third of three passes over a text. */
  private Map<String, Object> speed(String text) {
    long started = 0;
    int[] tokens = {};
    for (int pass = 0; pass < 3; pass++) {
      started = System.nanoTime();
      tokens = card.tokenizer().encode(text);
    }
    return Map.of("millis", (System.nanoTime() - started) / 1_000_000, "tokens", tokens.length);
  }
}
