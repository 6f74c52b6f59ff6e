package exacta.acceptance;

import exacta.engine.gguf.Gguf;
import exacta.engine.template.Piece;
import exacta.engine.template.Rendering;
import exacta.engine.template.Template;
import exacta.engine.text.Detokenizer;
import exacta.engine.text.ModelCard;
import exacta.engine.text.Tokenizer;
import exacta.primitives.ExactaException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lets a script ask the engine about texts, without any model's weights: one JSON object a line in,
 * one a line out.
 *
 * <p>Questions by {@code op}: {@code open} (path) reads the card of a file and gives the time it
 * took (millis), or why it is refused; {@code tokenize} (texts, special: whether all of them count
 * as a template's) gives tokens of each; {@code detokenize} (answers: tokens of each) gives texts;
 * {@code render} (template, data, constants) gives a text, or why it is refused.
 */
public final class TextProbe {
  private static final TypeReference<Map<String, Object>> DATA = new TypeReference<>() {};
  private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

  private final JsonMapper json = JsonMapper.builder().build();
  private final Map<String, Template> templates = new HashMap<>();
  private Tokenizer tokenizer;

  private TextProbe() {}

  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    TextProbe probe = new TextProbe();
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        out.println(probe.json.writeValueAsString(probe.answer(probe.json.readTree(line))));
      }
    }
  }

  private Map<String, Object> answer(JsonNode question) {
    try {
      return switch (question.get("op").asString()) {
        case "open" -> open(question);
        case "tokenize" -> tokenize(question);
        case "detokenize" -> detokenize(question);
        case "render" -> render(question);
        default -> throw new IllegalArgumentException("unknown op in " + question);
      };
    } catch (ExactaException e) {
      return Map.of("refused", e.getMessage());
    }
  }

  private Map<String, Object> open(JsonNode question) {
    long started = System.nanoTime();
    String path = question.get("path").asString();
    try (Gguf gguf = Gguf.open(Path.of(path))) {
      tokenizer = ModelCard.of(path, gguf).tokenizer();
    }
    return Map.of("millis", (System.nanoTime() - started) / 1_000_000);
  }

  private Map<String, Object> tokenize(JsonNode question) {
    boolean special = question.get("special").asBoolean();
    List<int[]> tokens = new ArrayList<>();
    for (JsonNode text : question.get("texts").values()) {
      tokens.add(tokenizer.encode(List.of(new Piece(text.asString(), special))));
    }
    return Map.of("tokens", tokens);
  }

  private Map<String, Object> detokenize(JsonNode question) {
    List<String> texts = new ArrayList<>();
    for (JsonNode answer : question.get("answers").values()) {
      Detokenizer detokenizer = new Detokenizer(tokenizer);
      StringBuilder text = new StringBuilder();
      answer.values().forEach(token -> text.append(detokenizer.next(token.asInt())));
      texts.add(text.append(detokenizer.finish()).toString());
    }
    return Map.of("texts", texts);
  }

  private Map<String, Object> render(JsonNode question) {
    Template template =
        templates.computeIfAbsent(
            question.get("template").asString(), source -> Template.parse("probe", source));
    Map<String, Object> data = json.convertValue(question.get("data"), DATA);
    Map<String, String> constants = json.convertValue(question.get("constants"), TEXTS);
    return switch (template.render(data, constants)) {
      case Rendering.Rendered rendered -> Map.of("text", rendered.text());
      case Rendering.Refused refused -> Map.of("refused", refused.reason());
    };
  }
}
