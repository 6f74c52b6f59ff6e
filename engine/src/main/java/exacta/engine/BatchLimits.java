package exacta.engine;

/**
 * How much a {@link Batcher} takes on.
 *
 * @param runningMax answers that are computed at the same time; at most 128
 * @param waitingMax answers that may wait for that
 * @param keyValueBytes memory for the keys and values of all answers
 */
public record BatchLimits(int runningMax, int waitingMax, long keyValueBytes) {
  private static final int RUNNING_MAX = 128;

  /**
   * @throws IllegalArgumentException for values out of range
   */
  public BatchLimits {
    if (runningMax < 1 || runningMax > RUNNING_MAX || waitingMax < 0) {
      throw new IllegalArgumentException(
          "1 to " + RUNNING_MAX + " answers run at the same time, and 0 or more wait");
    }
    if (keyValueBytes < 1) {
      throw new IllegalArgumentException("keys and values need memory");
    }
  }

  /** 32 answers at a time and 256 waiting, in a quarter of the memory that Java may use. */
  public static BatchLimits usual() {
    return new BatchLimits(32, 256, keyValueBytesUsual());
  }

  /** The same with another bound on memory. */
  public BatchLimits withKeyValueBytes(long bytes) {
    return new BatchLimits(runningMax, waitingMax, bytes);
  }

  private static long keyValueBytesUsual() {
    return Runtime.getRuntime().maxMemory() / 4;
  }
}
