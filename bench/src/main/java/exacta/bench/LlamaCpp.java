package exacta.bench;

import exacta.primitives.ExactaException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** llama.cpp's side: its own two benchmarks, and a program of ours for its first token. */
final class LlamaCpp implements Competitor {
  private final Path tools;

  /**
   * @param tools the folder that {@code bench/llamacpp/build.sh} names
   */
  LlamaCpp(Path tools) {
    this.tools = tools;
  }

  @Override
  public Map<Measure, Double> run(Path model, int threads, int repetitions) {
    Map<Measure, Double> results = new EnumMap<>(Measure.class);
    JsonNode start = json("first-token", "" + model, "" + threads, "20");
    results.put(Measure.LOAD, start.path("load_ms").asDouble());
    results.put(
        Measure.COLD_START, start.path("load_ms").asDouble() + start.path("cold_ms").asDouble());
    results.put(Measure.FIRST_TOKEN, median(start.path("warm_ms")));
    results.put(Measure.MEMORY, start.path("peak_kb").asDouble() / 1000);
    JsonNode tests =
        json(
            "llama-bench",
            "-m",
            "" + model,
            "-t",
            "" + threads,
            "-p",
            "512",
            "-n",
            "128",
            "-r",
            "" + repetitions,
            "-o",
            "json");
    for (JsonNode test : tests) {
      boolean prefill = test.path("n_prompt").asInt() > 0;
      results.put(prefill ? Measure.PREFILL : Measure.DECODE, median(test.path("samples_ts")));
    }
    results.put(Measure.CHAT, results.get(Measure.DECODE)); // whatever the text, without drafts
    JsonNode batch =
        json(
            "llama-batched-bench",
            "-m",
            "" + model,
            "-t",
            "" + threads,
            "-c",
            "4096",
            "-npp",
            "128",
            "-ntg",
            "128",
            "-npl",
            "8",
            "--output-format",
            "jsonl");
    results.put(Measure.BATCH, batch.path("speed_tg").asDouble());
    for (Map.Entry<Measure, Double> entry : results.entrySet()) {
      if (!(entry.getValue() > 0)) {
        throw ExactaException.fatal("llama.cpp gave no figure for " + entry.getKey().title());
      }
    }
    return results;
  }

  private JsonNode json(String tool, String... arguments) {
    List<String> command = new ArrayList<>(List.of(tools.resolve(tool).toString()));
    command.addAll(List.of(arguments));
    String output = Child.output(new ProcessBuilder(command));
    // llama-batched-bench surrounds its line with empty ones.
    return JsonMapper.shared().readTree(output.strip());
  }

  private static double median(JsonNode samples) {
    double[] values = new double[samples.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = samples.get(i).asDouble();
    }
    Arrays.sort(values);
    return values.length == 0 ? 0 : values[values.length / 2];
  }
}
