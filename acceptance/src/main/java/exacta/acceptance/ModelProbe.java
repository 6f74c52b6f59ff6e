package exacta.acceptance;

import exacta.engine.Model;
import exacta.numerics.Kernels;
import exacta.numerics.Workers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lets a script compute with many models: for each line {@code {"model": FILE, "tokens": [...]}}
 * one line {@code {"logits": [...]}} with the logits of the last position.
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
        int[] tokens = json.treeToValue(question.get("tokens"), int[].class);
        try (Model model = Model.open(Path.of(question.get("model").asString()), kernels)) {
          float[][] logits = model.logits(tokens);
          int from = tokens.length - question.get("last").asInt();
          float[][] last = Arrays.copyOfRange(logits, from, logits.length);
          out.println(json.writeValueAsString(Map.of("logits", last)));
        }
      }
    }
  }
}
