package exacta.bench;

import exacta.primitives.ExactaException;
import java.io.BufferedReader;
import java.io.EOFException;
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

  StartProcess(Exacta exacta, Path model, int threads) {
    ProcessBuilder builder = exacta.process(StartTrial.class, "" + model, "" + threads);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    try {
      process = builder.start();
    } catch (IOException e) {
      throw ended(e);
    }
    results = process.inputReader();
    turns = process.outputWriter();
  }

  /** Seconds since it was started, by the launcher. */
  int seconds() {
    return (int) ((System.nanoTime() - start) / 1_000_000_000);
  }

  /** The first waits until it has loaded and rehearsed. */
  Round turn() {
    try {
      turns.write("\n");
      turns.flush();
      String line = results.readLine();
      if (line == null) {
        throw new EOFException();
      }
      return Round.of(line);
    } catch (IOException e) {
      throw ended(e);
    }
  }

  private static ExactaException ended(IOException e) {
    return new ExactaException(
        ExactaException.Category.FATAL,
        "a measured process did not run to its end; its messages are above",
        e);
  }

  /** Its memory and its threads are gone when this returns: another one begins then. */
  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
