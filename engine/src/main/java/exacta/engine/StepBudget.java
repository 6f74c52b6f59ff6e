package exacta.engine;

/**
 * How many rows of prompts a step may have, so that nobody waits long for the next step: as many as
 * were computed in that time lately. Used by one thread.
 */
final class StepBudget {
  /** Of a step while others decode; they wait for it. */
  private static final long BESIDE_DECODERS_NANOS = 100_000_000;

  /** Of a step with prompts only; who comes or cancels waits for it. */
  private static final long ALONE_NANOS = 500_000_000;

  private static final int ROWS_MIN = BatchPlan.PIECE_MIN;

  /** Before anything is known. */
  private static final double ROW_NANOS_START = 2_000_000;

  private double rowNanos = ROW_NANOS_START;

  int rows(int decoders) {
    long nanos = decoders > 0 ? BESIDE_DECODERS_NANOS : ALONE_NANOS;
    int rows = (int) Math.min(TransformerPass.ROWS_MAX, nanos / rowNanos) - decoders;
    return Math.clamp(rows, ROWS_MIN, TransformerPass.ROWS_MAX - decoders);
  }

  /** Learns from a step; small ones say little about a row's price. */
  void took(int rows, long nanos) {
    if (rows >= ROWS_MIN) {
      rowNanos += (Math.max(1, (double) nanos / rows) - rowNanos) / 4;
    }
  }
}
