package exacta.acceptance;

import exacta.engine.AnswerRequest;
import exacta.engine.Generation;
import exacta.engine.Model;
import exacta.engine.Sampling;
import exacta.engine.Step;
import exacta.numerics.Kernels;
import exacta.numerics.Workers;
import exacta.primitives.Digest32;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lets a script compute with many models, one JSON object a line in, one a line out. {@code
 * {"model": FILE, "tokens": [...], "last": N}} gives {@code {"logits": [[...], ...]}}, those of the
 * last N positions; {@code {"model": FILE, "prompts": [[...], ...], "greedy": N}} gives {@code
 * {"answers": [[...], ...]}}, of at most N tokens each.
 */
public final class ModelProbe {
  private ModelProbe() {}

  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    JsonMapper json = JsonMapper.shared();
    try (Workers workers = new Workers(Runtime.getRuntime().availableProcessors());
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      Kernels kernels = Kernels.vector(workers);
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        JsonNode question = json.readTree(line);
        try (Model model = Model.open(Path.of(question.get("model").asString()), kernels)) {
          out.println(json.writeValueAsString(answer(model, question, json)));
        }
      }
    }
  }

  private static Map<String, Object> answer(Model model, JsonNode question, JsonMapper json) {
    if (question.has("greedy")) {
      List<List<Integer>> answers = new ArrayList<>();
      for (int[] prompt : json.treeToValue(question.get("prompts"), int[][].class)) {
        answers.add(greedy(model, prompt, question.get("greedy").asInt()));
      }
      return Map.of("answers", answers);
    }
    float[][] logits = model.logits(json.treeToValue(question.get("tokens"), int[].class));
    int from = logits.length - question.get("last").asInt();
    return Map.of("logits", Arrays.copyOfRange(logits, from, logits.length));
  }

  private static List<Integer> greedy(Model model, int[] prompt, int tokensMax) {
    AnswerRequest request =
        new AnswerRequest(prompt, tokensMax, Sampling.greedy(), Digest32.ZERO, new int[0]);
    Generation generation = Generation.begin(model, request);
    List<Integer> tokens = new ArrayList<>();
    while (true) {
      switch (generation.step()) {
        case Step.Prefilled _ -> {}
        case Step.Produced produced -> {
          tokens.add(produced.token());
          if (produced.end().isPresent()) {
            return tokens;
          }
        }
        case Step.Ended _ -> {
          return tokens;
        }
      }
    }
  }
}
