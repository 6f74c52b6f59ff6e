package exacta.acceptance;

import exacta.engine.Model;
import exacta.engine.template.Rendering;
import exacta.engine.template.Template;
import exacta.engine.text.Detokenizer;
import exacta.engine.text.ModelCard;
import exacta.engine.text.Tokenizer;
import exacta.numerics.Kernels;
import exacta.numerics.Workers;
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
 * and tokens, {@code render} (template, data, constants) gives text or a reason, {@code logits}
 * (tokens, at: one token for each position) gives for each position the most likely token (best),
 * its logit (top) and that of the token asked for (given).
 */
public final class EngineProbe {
  private static final TypeReference<Map<String, Object>> DATA = new TypeReference<>() {};
  private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

  private final JsonMapper json =
      JsonMapper.builder().enable(DeserializationFeature.USE_LONG_FOR_INTS).build();
  private final ModelCard card;
  private final Model model;

  private EngineProbe(Model model) {
    this.model = model;
    card = model.card();
  }

  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try (Workers workers = new Workers(Runtime.getRuntime().availableProcessors());
        Model model = Model.open(Path.of(arguments[0]), Kernels.vector(workers));
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      EngineProbe probe = new EngineProbe(model);
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
      case "logits" ->
          logits(
              json.treeToValue(question.get("tokens"), int[].class),
              json.treeToValue(question.get("at"), int[].class));
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

  private Map<String, Object> logits(int[] tokens, int[] at) {
    float[][] logits = model.logits(tokens);
    int[] best = new int[tokens.length];
    float[] top = new float[tokens.length];
    float[] given = new float[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      for (int token = 1; token < logits[i].length; token++) {
        if (logits[i][token] > logits[i][best[i]]) {
          best[i] = token;
        }
      }
      top[i] = logits[i][best[i]];
      given[i] = logits[i][at[i]];
    }
    return Map.of("best", best, "top", top, "given", given);
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
