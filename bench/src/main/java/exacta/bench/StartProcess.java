package exacta.bench;

import exacta.primitives.ExactaException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;

/** A running {@link StartTrial}, which computes only when it is its turn. */
final class StartProcess implements AutoCloseable {
  /**
   * What a turn took, in nanoseconds.
   *
   * @param prefill of the prompt and the first token
   * @param decode of the tokens after it
   */
  record Round(long prefill, long decode) {
    private static Round of(String line) {
      String[] fields = line.split(" ");
      return new Round(Long.parseLong(fields[0]), Long.parseLong(fields[1]));
    }
  }

  private final long start = System.nanoTime();
  private final Process process;
  private final BufferedReader results;
  private final Writer turns;

  StartProcess(Exacta exacta, Path model, int threads) throws IOException {
    ProcessBuilder builder = exacta.process(StartTrial.class, "" + model, "" + threads);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    process = builder.start();
    results = process.inputReader();
    turns = process.outputWriter();
  }

  /** Seconds since it was started, by the launcher. */
  int seconds() {
    return (int) ((System.nanoTime() - start) / 1_000_000_000);
  }

  /** The first waits until it has loaded and rehearsed. */
  Round turn() throws IOException {
    turns.write("\n");
    turns.flush();
    String line = results.readLine();
    if (line == null) {
      throw ExactaException.fatal("a measured process ended early; its messages are above");
    }
    return Round.of(line);
  }

  @Override
  public void close() throws IOException {
    try (turns;
        results) {
      process.destroy();
    }
  }
}
