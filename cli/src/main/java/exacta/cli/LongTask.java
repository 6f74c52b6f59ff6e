package exacta.cli;

/** Says now and then on standard error how far a long task is. */
final class LongTask {
  private static final long SILENCE_NANOS = 3_000_000_000L;

  private final Output output;
  private final String unit;
  private long spoken = System.nanoTime();

  /**
   * @param unit what is counted, such as "line"
   */
  LongTask(Output output, String unit) {
    this.output = output;
    this.unit = unit;
  }

  void at(int done, int total) {
    at(done, total, "");
  }

  /**
   * Quiet while it last spoke a short time ago.
   *
   * @param more what else there is to say
   */
  void at(int done, int total, String more) {
    long now = System.nanoTime();
    if (now - spoken >= SILENCE_NANOS) {
      spoken = now;
      output.progress(unit + " " + done + " of " + total + more);
    }
  }
}
