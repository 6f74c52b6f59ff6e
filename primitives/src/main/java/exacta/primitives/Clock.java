package exacta.primitives;

import java.util.function.LongSupplier;

/** Where the time comes from for whoever is allowed to know it. */
@FunctionalInterface
public interface Clock {
  /** The machine's clock; may jump both ways. */
  Clock SYSTEM = System::currentTimeMillis;

  /**
   * For limits of time: begins with the machine's clock and goes on evenly, whatever is done to
   * that one meanwhile.
   */
  Clock STEADY = steady();

  /** Nanoseconds that go on evenly from some moment: to measure how long work takes. */
  LongSupplier NANOSECONDS = System::nanoTime;

  /** Milliseconds since 1970. */
  long millis();

  private static Clock steady() {
    long beganMillis = System.currentTimeMillis();
    long beganNanos = System.nanoTime();
    return () -> beganMillis + (System.nanoTime() - beganNanos) / 1_000_000;
  }
}
