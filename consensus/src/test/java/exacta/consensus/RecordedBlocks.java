package exacta.consensus;

import exacta.ledger.Block;
import exacta.ledger.Ledger;
import exacta.ledger.RecordedChain;
import exacta.primitives.Clock;
import exacta.primitives.Digest32;
import exacta.primitives.Height;
import exacta.protocol.Transaction;
import exacta.store.Database;
import exacta.store.WorkingState;
import exacta.store.Writes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Makes the blocks of a recorded chain as the embedded sequencer makes its own. */
public final class RecordedBlocks {
  private static final byte[] KEY = new byte[Proposer.KEY_BYTES];

  private RecordedBlocks() {}

  /** Fills an empty folder; returns the roots, that of the genesis first. */
  public static List<Digest32> write(Path folder, RecordedChain chain, Application application) {
    long bytesMax = chain.genesis().getParameters().getBlockBytesMax();
    List<Digest32> roots = new ArrayList<>();
    try (Database database = Database.open(folder, Columns.ALL)) {
      WorkingState state = database.begin();
      application.machine().initialize(state, chain.genesis());
      Writes genesis =
          new Writes()
              .put(
                  database.column(Columns.CHAIN),
                  Columns.genesisKey(),
                  chain.genesis().toByteArray());
      database.commit(database.prepare(state, new Height(0)), genesis);
      roots.add(database.head().orElseThrow().root());
      BlockStore blocks = new BlockStore(database);
      SequencerSettings settings = SequencerSettings.ofInterval(Duration.ZERO);
      BlockMaker maker =
          new BlockMaker(
              database,
              application,
              new Proposer(KEY, height -> new byte[0], Clock.SYSTEM),
              new Mempool(database, application, blocks, settings, 1 << 20),
              blocks,
              new CometView(chain.genesis().getChainId(), KEY, bytesMax),
              bytesMax);
      for (Block block : chain.blocks()) {
        CommittedBlock made = maker.make(block.timeMillis(), block.transactions(), List.of());
        roots.add(made.header().stateAfter());
      }
    }
    return roots;
  }

  /** The state machine that made the chain. */
  public static Application application(RecordedChain chain) {
    return new Application(new Ledger(chain.replay()), Transaction::signerText);
  }
}
