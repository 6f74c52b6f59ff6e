package exacta.consensus;

import exacta.primitives.Height;
import exacta.store.Database;
import exacta.store.WorkingState;
import exacta.store.Writes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** The parts of an embedded chain whose blocks are made when the test says so. */
final class TestChain implements AutoCloseable {
  static final byte[] KEY = new byte[Proposer.KEY_BYTES];

  final AtomicLong clock = new AtomicLong(1_700_000_000_000L);
  final Database database;
  final BlockStore blocks;
  final Mempool mempool;
  final BlockMaker maker;

  TestChain(Path folder, SequencerSettings settings) {
    database = Database.open(folder, Columns.ALL);
    if (database.head().isEmpty()) {
      WorkingState state = database.begin();
      TinyMachine.APPLICATION.machine().initialize(state, TinyMachine.genesis("test-1"));
      database.commit(database.prepare(state, new Height(0)), new Writes());
    }
    blocks = new BlockStore(database);
    mempool = new Mempool(database, TinyMachine.APPLICATION, blocks, settings, 1 << 20);
    maker =
        new BlockMaker(
            database,
            TinyMachine.APPLICATION,
            new Proposer(KEY, TinyMachine::link, clock::get),
            mempool,
            blocks,
            new CometView("test-1", KEY, 2 << 20),
            2 << 20);
  }

  TestChain(Path folder) {
    this(folder, SequencerSettings.ofInterval(Duration.ZERO));
  }

  static EmbeddedChain embedded(Path folder, Duration interval) {
    return EmbeddedChain.start(
        folder,
        TinyMachine.genesis("test-1"),
        TinyMachine.APPLICATION,
        new Proposer(KEY, TinyMachine::link, exacta.primitives.Clock.SYSTEM),
        SequencerSettings.ofInterval(interval));
  }

  @Override
  public void close() {
    database.close();
  }
}
