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

/** Whether every fresh start reaches its speed soon. */
@Command(
    name = "bench/starts.sh",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Starts the engine afresh a number of times and shows its speed second by second, beside that"
          + " of a warm process. Exit code 1 if a start is not steady soon enough."
    })
final class Starts implements Callable<Integer> {
  /** Seconds after its start within which a process is to reach its steady speed. */
  static final int STEADY_SECONDS_MAX = 10;

  private static final int SECONDS_MIN = 15;

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
    if (seconds < SECONDS_MIN) {
      throw ExactaException.fatal("--seconds is " + SECONDS_MIN + " or more");
    }
    Exacta exacta = new Exacta(launcher, classes);
    List<double[]> prefill = new ArrayList<>();
    List<double[]> decode = new ArrayList<>();
    try (StartProcess warm = new StartProcess(exacta, model, threads)) {
      while (warm.seconds() < seconds) {
        warm.turn();
      }
      for (int i = 0; i < starts; i++) {
        System.err.printf("starts: %d of %d%n", i + 1, starts);
        try (StartProcess fresh = new StartProcess(exacta, model, threads)) {
          watch(fresh, warm, prefill, decode);
        }
      }
    }
    List<String> lines = new ArrayList<>();
    int late = table(lines, "prefill", prefill) + table(lines, "decode", decode);
    lines.addFirst(
        "%d fresh starts with %d threads on %s: %s within %d s.\n"
            .formatted(
                starts,
                threads,
                Machine.here().processor(),
                late == 0 ? "all are steady" : "**" + late + " are not steady**",
                STEADY_SECONDS_MAX));
    page.print(PageSection.STARTS, String.join("\n", lines) + "\n");
    return late == 0 ? 0 : 1;
  }

  /** Both take turns; what they took in the same second is compared. */
  private void watch(
      StartProcess fresh, StartProcess warm, List<double[]> prefill, List<double[]> decode) {
    double[][] took = new double[4][seconds];
    while (true) {
      StartProcess.Round ours = fresh.turn();
      int second = fresh.seconds();
      if (second >= seconds) {
        break;
      }
      StartProcess.Round theirs = warm.turn();
      took[0][second] += ours.prefill();
      took[1][second] += theirs.prefill();
      took[2][second] += ours.decode();
      took[3][second] += theirs.decode();
    }
    prefill.add(shares(took[1], took[0]));
    decode.add(shares(took[3], took[2]));
  }

  /** Of the warm process's speed; 0 where nothing was done. */
  private static double[] shares(double[] warm, double[] fresh) {
    double[] shares = new double[fresh.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = fresh[i] == 0 ? 0 : warm[i] / fresh[i];
    }
    return shares;
  }

  /** Returns how many of the starts are late. */
  private static int table(List<String> lines, String what, List<double[]> starts) {
    lines.add("Speed of " + what + ", in hundredths of that of a warm process by turns\n");
    lines.add("| start | steady after | in each second from the process's start on |");
    lines.add("|---:|---:|---|");
    int late = 0;
    for (int i = 0; i < starts.size(); i++) {
      int steady = Steadiness.secondsUntilSteady(starts.get(i));
      late += steady > STEADY_SECONDS_MAX ? 1 : 0;
      lines.add(
          "| %d | %d s | %s |"
              .formatted(
                  i + 1,
                  steady,
                  Arrays.stream(starts.get(i))
                      .mapToObj(share -> String.format(Locale.ROOT, "%.0f", 100 * share))
                      .collect(Collectors.joining(" "))));
    }
    lines.add("");
    return late;
  }
}
