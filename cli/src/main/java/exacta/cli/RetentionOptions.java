package exacta.cli;

import exacta.node.LedgerProcess;
import picocli.CommandLine.Option;

/** What a ledger node keeps for nodes that join. */
final class RetentionOptions {
  @Option(
      names = "--snapshot-interval",
      paramLabel = "BLOCKS",
      defaultValue = "1000",
      description = {
        "A snapshot of the state is taken when the height is a multiple of this, the same on all"
            + " nodes of a chain; 0: never. The newest two are kept. Default: ${DEFAULT-VALUE}"
      })
  private long snapshotInterval;

  @Option(
      names = "--keep-blocks",
      paramLabel = "BLOCKS",
      defaultValue = "0",
      description = {
        "How many blocks CometBFT keeps; three intervals of snapshots at least. Some nodes of a"
            + " chain should keep all. Default: 0, all of them"
      })
  private long blocksKept;

  LedgerProcess.Retention settings() {
    return new LedgerProcess.Retention(snapshotInterval, blocksKept);
  }
}
