package exacta.bench;

import exacta.primitives.ExactaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Compares with llama.cpp: fresh processes of both by turns, on the same files. */
@Command(
    name = "bench/run.sh",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures the engine beside llama.cpp: fresh processes of both by turns, on the same files. "
          + "Figures mean something on a machine that has nothing else to do."
    })
public final class Bench implements Callable<Integer> {
  @Option(names = "--launcher", required = true, hidden = true)
  private Path launcher;

  @Option(names = "--classes", required = true, hidden = true)
  private String classes;

  @Option(names = "--tools", required = true, hidden = true)
  private Path tools;

  @Option(names = "--llama-cpp", required = true, hidden = true)
  private String llamaCpp;

  @Option(names = "--model", required = true, hidden = true)
  private Map<String, Path> models;

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "Fresh processes of each side. Default: 7, or 3 with --quick")
  private Integer runs;

  @Option(names = "--quick", description = "One repetition in each process instead of three.")
  private boolean quick;

  @Option(
      names = "--threads",
      split = ",",
      paramLabel = "N",
      defaultValue = "1,2",
      description = "Default: ${DEFAULT-VALUE}")
  private List<Integer> threads;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Where the figures go as JSON. Default: bench/target/results.json")
  private Path out;

  @Mixin private PageOption page;

  private Bench() {}

  public static void main(String[] arguments) {
    System.exit(execute(new Bench(), arguments));
  }

  /** What went wrong outside of the program is one line, and exit code 2. */
  public static int execute(Object command, String... arguments) {
    return new CommandLine(command)
        .setExecutionExceptionHandler((e, line, parsed) -> {
          if (e instanceof ExactaException known) {
            System.err.println("bench: " + known.getMessage());
            return 2;
          }
          throw e;
        })
        .execute(arguments);
  }

  @Override
  public Integer call() throws IOException {
    Exacta ours = new Exacta(launcher, classes);
    LlamaCpp theirs = new LlamaCpp(tools);
    int processes = runs != null ? runs : quick ? 3 : 7;
    int repetitions = quick ? 1 : 3;
    List<Results.Row> rows = new ArrayList<>();
    for (Map.Entry<String, Path> model : models.entrySet()) {
      for (int count : threads) {
        List<Map<Measure, Double>> exacta = new ArrayList<>();
        List<Map<Measure, Double>> llama = new ArrayList<>();
        for (int run = 0; run < processes; run++) {
          System.err.printf(
              "bench: %s, %d threads, run %d of %d%n", model.getKey(), count, run + 1, processes);
          exacta.add(ours.run(model.getValue(), count, repetitions));
          llama.add(theirs.run(model.getValue(), count, repetitions));
        }
        rows.addAll(rows(model.getKey(), count, exacta, llama));
      }
    }
    Results results =
        new Results(
            Instant.now(Clock.systemUTC()).truncatedTo(ChronoUnit.SECONDS).toString(),
            Machine.here(),
            llamaCpp,
            processes,
            rows);
    write(results);
    return 0;
  }

  private static List<Results.Row> rows(
      String format,
      int threads,
      List<Map<Measure, Double>> exacta,
      List<Map<Measure, Double>> llama) {
    List<Results.Row> rows = new ArrayList<>();
    for (Measure measure : Measure.values()) {
      rows.add(
          new Results.Row(
              format, threads, measure, values(exacta, measure), values(llama, measure)));
    }
    return rows;
  }

  private static List<Double> values(List<Map<Measure, Double>> runs, Measure measure) {
    return runs.stream()
        .filter(run -> run.containsKey(measure))
        .map(run -> run.get(measure))
        .toList();
  }

  private void write(Results results) throws IOException {
    Files.createDirectories(out.toAbsolutePath().getParent());
    String json =
        JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build()
            .writeValueAsString(results);
    Files.writeString(out, json + "\n");
    String table = ComparisonTable.of(results);
    page.print(PageSection.COMPARISON, table);
    System.err.println("bench: the figures are in " + out);
  }
}
