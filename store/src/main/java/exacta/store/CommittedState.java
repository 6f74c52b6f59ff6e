package exacta.store;

import exacta.ledger.StateView;
import exacta.primitives.Check;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.rocksdb.ReadOptions;
import org.rocksdb.Snapshot;

/** The state that a block left behind, whatever is written meanwhile. Safe for several threads. */
public final class CommittedState implements StateView {
  private final RocksFile file;
  private final Optional<Head> head;
  private final Snapshot snapshot;
  private final ReadOptions options;
  private final AtomicInteger users = new AtomicInteger(1);

  CommittedState(RocksFile file, Optional<Head> head) {
    this.file = file;
    this.head = head;
    this.snapshot = file.snapshot();
    this.options = new ReadOptions().setSnapshot(snapshot);
  }

  /** Height and root; nothing before genesis. */
  public Optional<Head> head() {
    return head;
  }

  @Override
  public Optional<byte[]> get(byte[] key) {
    return file.get(options, RocksFile.STATE, key);
  }

  @Override
  public void scan(byte[] prefix, Visitor visitor) {
    file.scan(
        options,
        RocksFile.STATE,
        prefix,
        (key, value) -> Keys.startsWith(key, prefix) && visitor.visit(key, value));
  }

  CommittedState retain() {
    Check.that(users.getAndIncrement() > 0, "a released state is not read again");
    return this;
  }

  void release() {
    if (users.decrementAndGet() == 0) {
      options.close();
      file.release(snapshot);
    }
  }
}
