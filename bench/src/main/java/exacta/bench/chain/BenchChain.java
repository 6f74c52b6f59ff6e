package exacta.bench.chain;

import com.sun.management.OperatingSystemMXBean;
import exacta.consensus.CommonPool;
import exacta.ledger.Block;
import exacta.ledger.BlockResult;
import exacta.ledger.StateMachine;
import exacta.ledger.TxResult;
import exacta.primitives.Check;
import exacta.primitives.Height;
import exacta.protocol.v1.Genesis;
import exacta.store.Database;
import exacta.store.PreparedState;
import exacta.store.WorkingState;
import exacta.store.Writes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A ledger above its database, driven as a node behind CometBFT drives it: apply, app hash, one
 * synced write.
 */
final class BenchChain implements AutoCloseable {
  /**
   * What a block took.
   *
   * @param apply nanoseconds for its transactions, their signatures included
   * @param root for the app hash
   * @param commit until all of it was on disk
   * @param processor what all threads of this process computed meanwhile, the database's included
   */
  record Timing(long apply, long root, long commit, long processor) {
    long total() {
      return apply + root + commit;
    }
  }

  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final Path folder;
  private final StateMachine machine;
  private final Database database;
  private long height;

  BenchChain(Path folder, StateMachine machine, Genesis genesis) {
    this.folder = folder;
    this.machine = machine;
    this.database = Database.open(folder, List.of(), new CommonPool());
    WorkingState state = database.begin();
    machine.initialize(state, genesis);
    database.commit(database.prepare(state, new Height(0)), new Writes());
  }

  /** Makes a block; every transaction must take effect. */
  Timing make(List<byte[]> transactions) {
    Block block = new Block(new Height(++height), height * 1000, transactions);
    long processor = PROCESS.getProcessCpuTime();
    long start = System.nanoTime();
    WorkingState state = database.begin();
    BlockResult result = machine.apply(state, block);
    long applied = System.nanoTime();
    PreparedState prepared = database.prepare(state, block.height());
    long hashed = System.nanoTime();
    database.commit(prepared, new Writes());
    long committed = System.nanoTime();
    long computed = PROCESS.getProcessCpuTime() - processor;
    for (TxResult each : result.transactions()) {
      Check.that(each.isAccepted(), "a bench sends what is valid: " + each.log());
    }
    return new Timing(applied - start, hashed - applied, committed - hashed, computed);
  }

  /** Empty blocks, until this one is the newest. */
  void advanceTo(long newest) {
    while (height < newest) {
      make(List.of());
    }
  }

  /** Checks a transaction as the mempool does. */
  TxResult check(byte[] transaction) {
    return database.read(state -> machine.check(state, transaction, 0));
  }

  byte[] query(String path, byte[] data) {
    return database.read(state -> machine.query(state, path, data)).value();
  }

  /** What lies on disk. */
  long bytes() {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    database.close();
  }
}
