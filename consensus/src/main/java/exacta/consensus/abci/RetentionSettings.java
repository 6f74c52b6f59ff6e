package exacta.consensus.abci;

import exacta.primitives.ExactaException;
import java.nio.file.Path;

/**
 * What a node keeps for others, and for how long.
 *
 * @param snapshotFolder where snapshots of the state lie; beside them at most one that is being
 *     written
 * @param snapshotInterval a snapshot is taken when the height is a multiple of it; 0: never
 * @param blocksKept how many blocks CometBFT is to keep; 0: all
 */
public record RetentionSettings(Path snapshotFolder, long snapshotInterval, long blocksKept) {
  /** Of snapshots: the newest, and the one that somebody may be fetching. */
  static final int SNAPSHOTS_KEPT = 2;

  /** Some minutes on one machine, some hours elsewhere. */
  public static final long SNAPSHOT_INTERVAL = 1_000;

  private static final long BLOCKS_KEPT_MIN = 100;

  /**
   * @throws ExactaException (fatal) if who restores the oldest snapshot would not find the blocks
   *     behind it
   */
  public RetentionSettings {
    if (snapshotInterval < 0) {
      throw ExactaException.fatal(
          "--snapshot-interval is a number of blocks, or 0 for none, not " + snapshotInterval);
    }
    long least = Math.max(BLOCKS_KEPT_MIN, (SNAPSHOTS_KEPT + 1) * snapshotInterval);
    if (blocksKept != 0 && blocksKept < least) {
      throw ExactaException.fatal(
          "--keep-blocks is %d at least with a snapshot every %d blocks (or 0: all), not %d"
              .formatted(least, snapshotInterval, blocksKept));
    }
  }

  /** Keeps all blocks, and takes snapshots as often as is usual. */
  public static RetentionSettings usual(Path snapshotFolder) {
    return new RetentionSettings(snapshotFolder, SNAPSHOT_INTERVAL, 0);
  }

  /** The oldest block that is still wanted after this one; 0: all are. */
  long retainHeight(long height) {
    return blocksKept == 0 ? 0 : Math.max(0, height - blocksKept + 1);
  }
}
