package exacta.dashboard;

import exacta.primitives.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Keeps the newest reading of the chain for any number of viewers. It reads when someone looks, at
 * most a few times per block and never twice at once; nobody looking costs nothing. A chain that
 * hangs holds no viewer for longer than {@code waitMillis}.
 */
final class ChainWatch {
  private static final long PAUSE_MILLIS_MIN = 50;
  private static final long PAUSE_MILLIS_MAX = 1_000;
  private static final int PROBLEM_LENGTH_MAX = 300;

  private final ChainReader reader;
  private final Clock clock;
  private final long waitMillis;
  private Reading newest = Reading.NONE;
  private long askedMillis;
  private CompletableFuture<Reading> inFlight = CompletableFuture.completedFuture(newest);

  ChainWatch(Chain chain, Clock clock, long waitMillis) {
    this.reader = new ChainReader(chain);
    this.clock = clock;
    this.waitMillis = waitMillis;
  }

  Reading latest() {
    try {
      return refreshed().get(waitMillis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return newest().withProblem("no answer for more than " + waitMillis + " ms");
    } catch (ExecutionException e) {
      throw new IllegalStateException("a refresh reports its failures as readings", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return newest().withProblem("interrupted");
    }
  }

  private synchronized Reading newest() {
    return newest;
  }

  private synchronized CompletableFuture<Reading> refreshed() {
    long now = clock.millis();
    boolean young = Math.abs(now - askedMillis) < pauseMillis() && askedMillis != 0;
    if (inFlight.isDone() && !young) {
      askedMillis = now;
      inFlight =
          CompletableFuture.supplyAsync(
              this::refresh, Thread.ofVirtual().name("dashboard-read")::start);
    }
    return inFlight;
  }

  /** Half a block interval: a new block is seen soon, whatever the interval. */
  private long pauseMillis() {
    long interval =
        newest.snapshot().map(s -> s.parameters().getBlockIntervalMillis()).orElse(500L);
    return Math.clamp(interval / 2, PAUSE_MILLIS_MIN, PAUSE_MILLIS_MAX);
  }

  private Reading refresh() {
    Reading reading;
    try {
      reading = new Reading(Optional.of(reader.read()), clock.millis(), Optional.empty());
    } catch (RuntimeException e) {
      String text = String.valueOf(e.getMessage());
      reading =
          newest().withProblem(text.substring(0, Math.min(text.length(), PROBLEM_LENGTH_MAX)));
    }
    synchronized (this) {
      newest = reading;
    }
    return reading;
  }
}
