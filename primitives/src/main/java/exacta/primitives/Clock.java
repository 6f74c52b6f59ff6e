package exacta.primitives;

/** Where the time comes from for whoever is allowed to know it. */
@FunctionalInterface
public interface Clock {
  /** The machine's clock. */
  Clock SYSTEM = System::currentTimeMillis;

  /** Milliseconds since 1970; may jump both ways. */
  long millis();
}
