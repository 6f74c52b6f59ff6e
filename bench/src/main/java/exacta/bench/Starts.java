package exacta.bench;

import exacta.primitives.ExactaException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** Whether every fresh start reaches its speed soon. */
@Command(
    name = "bench/starts.sh",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Starts the engine afresh a number of times and shows its speed second by second. Exit code "
          + "1 if a start is not steady soon enough."
    })
final class Starts implements Callable<Integer> {
  private static final int STEADY_SECONDS_MAX = 10;

  @Option(names = "--launcher", required = true, hidden = true)
  private Path launcher;

  @Option(names = "--classes", required = true, hidden = true)
  private String classes;

  @Option(names = "--model", required = true, hidden = true)
  private Path model;

  @Option(names = "--starts", paramLabel = "N", defaultValue = "10", description = "Default: 10")
  private int starts;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "20",
      description = "How long each is watched, 15 or more. Default: ${DEFAULT-VALUE}")
  private int seconds;

  @Option(names = "--threads", paramLabel = "N", defaultValue = "2", description = "Default: 2")
  private int threads;

  @Mixin private PageOption page;

  private Starts() {}

  public static void main(String[] arguments) {
    System.exit(Bench.execute(new Starts(), arguments));
  }

  @Override
  public Integer call() throws IOException {
    if (seconds < STEADY_SECONDS_MAX + 5) {
      throw ExactaException.fatal("--seconds is 15 or more: the last five are the steady speed");
    }
    Exacta exacta = new Exacta(launcher, classes);
    List<StartTrial.Seconds> trials = new ArrayList<>();
    for (int i = 0; i < starts; i++) {
      System.err.printf("starts: %d of %d%n", i + 1, starts);
      trials.add(
          JsonMapper.shared()
              .readValue(
                  exacta.start(StartTrial.class, "" + model, "" + threads, "" + seconds),
                  StartTrial.Seconds.class));
    }
    List<String> lines = new ArrayList<>();
    int late =
        table(lines, "prefill", trials.stream().map(StartTrial.Seconds::prefill).toList())
            + table(lines, "decode", trials.stream().map(StartTrial.Seconds::decode).toList());
    lines.addFirst(
        "%d fresh starts with %d threads on %s: %s within %d s.\n"
            .formatted(
                starts,
                threads,
                Machine.here().processor(),
                late == 0 ? "all are steady" : "**" + late + " are not steady**",
                STEADY_SECONDS_MAX));
    String table = String.join("\n", lines) + "\n";
    page.print(PageSection.STARTS, table);
    return late == 0 ? 0 : 1;
  }

  /** Returns how many of the starts are late. */
  private static int table(List<String> lines, String what, List<double[]> starts) {
    double reference = Steadiness.reference(starts);
    lines.add(
        String.format(
            Locale.ROOT,
            "Tokens per second of %s, second by second; steady: %.0f\n",
            what,
            reference));
    lines.add("| start | steady after | speed in each second from the process's start on |");
    lines.add("|---:|---:|---|");
    int late = 0;
    for (int i = 0; i < starts.size(); i++) {
      int steady = Steadiness.secondsUntilSteady(starts.get(i), reference);
      late += steady > STEADY_SECONDS_MAX ? 1 : 0;
      lines.add(
          "| %d | %d s | %s |"
              .formatted(
                  i + 1,
                  steady,
                  Arrays.stream(starts.get(i))
                      .mapToObj(rate -> String.format(Locale.ROOT, "%.0f", rate))
                      .collect(Collectors.joining(" "))));
    }
    lines.add("");
    return late;
  }
}
