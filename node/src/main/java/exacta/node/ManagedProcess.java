package exacta.node;

import exacta.primitives.Clock;
import exacta.primitives.ExactaException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A program that is to run: started again when it ended, at once the first time and more slowly if
 * it ends again and again. For one thread.
 */
final class ManagedProcess {
  private static final long PAUSE_MILLIS_MIN = 500;
  private static final long PAUSE_MILLIS_MAX = 30_000;

  /** Who ran so long is healthy again. */
  private static final long HEALTHY_MILLIS = 30_000;

  private static final long STOP_SECONDS = 10;

  private final String name;
  private final List<String> command;
  private final Path log;
  private final Clock clock;
  private Optional<Process> process = Optional.empty();
  private long startedMillis;
  private long pauseMillis = PAUSE_MILLIS_MIN;
  private int starts;

  /**
   * @param name for people
   * @param log where its output goes
   */
  ManagedProcess(String name, List<String> command, Path log, Clock clock) {
    this.name = name;
    this.command = List.copyOf(command);
    this.log = log;
    this.clock = clock;
  }

  boolean isAlive() {
    return process.map(Process::isAlive).orElse(false);
  }

  String name() {
    return name;
  }

  /** How often it had to be started after the first time. */
  int restarts() {
    return Math.max(0, starts - 1);
  }

  /** Starts it if it does not run, and its pause is over; returns whether it did. */
  boolean ensure() {
    if (isAlive()) {
      return false;
    }
    long now = clock.millis();
    if (starts > 0 && now - startedMillis < pauseMillis) {
      return false;
    }
    pauseMillis =
        now - startedMillis > HEALTHY_MILLIS
            ? PAUSE_MILLIS_MIN
            : Math.min(2 * pauseMillis, PAUSE_MILLIS_MAX);
    startedMillis = now;
    starts++;
    try {
      // Its standard input stays open as long as we live: who reads its end knows that we are gone.
      process =
          Optional.of(
              new ProcessBuilder(command)
                  .redirectErrorStream(true)
                  .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                  .start());
    } catch (IOException e) {
      throw new ExactaException(
          ExactaException.Category.FATAL, "cannot start " + name + ": " + e.getMessage(), e);
    }
    return true;
  }

  /** Ends it at once; {@link #ensure} starts it anew. */
  void kill() {
    process.ifPresent(Process::destroyForcibly);
  }

  /** Asks it to end, and ends it if it does not within some seconds, or nobody wants to wait. */
  void stop() {
    process.ifPresent(running -> {
      running.destroy();
      try {
        if (!running.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
          running.destroyForcibly();
        }
      } catch (InterruptedException e) {
        running.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    });
  }
}
