package exacta.consensus;

import java.time.Duration;

/**
 * How the embedded mode runs.
 *
 * @param blockInterval from the start of one block to the start of the next; zero makes blocks
 *     without pause
 * @param poolCountMax how many transactions may wait
 * @param poolBytesMax how many bytes they may have together
 */
public record SequencerSettings(Duration blockInterval, int poolCountMax, long poolBytesMax) {
  public SequencerSettings {
    if (blockInterval.isNegative()) {
      throw new IllegalArgumentException("a block interval is not negative: " + blockInterval);
    }
    if (poolCountMax < 1 || poolBytesMax < 1) {
      throw new IllegalArgumentException("the pool needs room for one transaction at least");
    }
  }

  /** A pool of 5,000 transactions and 32 MiB: of small ones not more than a block takes. */
  public static SequencerSettings ofInterval(Duration blockInterval) {
    return new SequencerSettings(blockInterval, 5_000, 32L << 20);
  }
}
