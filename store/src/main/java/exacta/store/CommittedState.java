package exacta.store;

import exacta.ledger.StateView;
import exacta.primitives.Check;
import exacta.primitives.Digest32;
import exacta.primitives.StateProof;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.rocksdb.ReadOptions;
import org.rocksdb.Snapshot;

/** The state that a block left behind, whatever is written meanwhile. Safe for several threads. */
public final class CommittedState implements StateView {
  private final RocksFile file;
  private final Optional<Head> head;
  private final Snapshot snapshot;
  private final ReadOptions options;
  private final StateCache cache;
  private final long version;
  private final AtomicInteger users = new AtomicInteger(1);

  /**
   * @param version that the cache gave this state
   */
  CommittedState(RocksFile file, Optional<Head> head, StateCache cache, long version) {
    this.file = file;
    this.cache = cache;
    this.version = version;
    this.head = head;
    this.snapshot = file.snapshot();
    this.options = new ReadOptions().setSnapshot(snapshot);
  }

  /** Height and root; nothing before genesis. */
  public Optional<Head> head() {
    return head;
  }

  /** What the cache knows it by. */
  long version() {
    return version;
  }

  @Override
  public Optional<byte[]> get(byte[] key) {
    return cached(cache, version, key, bytes -> file.get(options, RocksFile.STATE, bytes));
  }

  /** Reads through the cache. */
  static Optional<byte[]> cached(
      StateCache cache, long version, byte[] key, Function<byte[], Optional<byte[]>> disk) {
    ByteKey cacheKey = new ByteKey(key.clone());
    Optional<Optional<byte[]>> known = cache.get(version, cacheKey);
    if (known.isEmpty()) {
      known = Optional.of(disk.apply(key));
      cache.add(version, cacheKey, known.get());
    }
    return known.get().map(byte[]::clone);
  }

  @Override
  public void scan(byte[] prefix, Visitor visitor) {
    file.scan(
        options,
        RocksFile.STATE,
        prefix,
        (key, value) -> Keys.startsWith(key, prefix) && visitor.visit(key, value));
  }

  /**
   * Shows what this state holds under a key, whatever was committed since. Spec: state.md#proof.
   */
  public StateProof prove(byte[] key) {
    Digest32 path = StateTree.path(key);
    List<byte[]> pages = new ArrayList<>();
    PagePlace place = PagePlace.ROOT;
    while (true) {
      TreePage page = page(place);
      pages.add(page.toBytes());
      int digit = PagePlace.digit(path, place.depth());
      if (!(page.slots()[digit] instanceof TreePage.Slot.Branch)) {
        return new StateProof(pages);
      }
      place = place.child(digit);
    }
  }

  private TreePage page(PagePlace place) {
    Optional<byte[]> stored = file.get(options, RocksFile.TREE, place.toBytes());
    if (stored.isEmpty() && place.depth() > 0) {
      throw RocksErrors.corrupt("a page of the state's tree is missing");
    }
    return stored.map(TreePage::ofBytes).orElse(TreePage.EMPTY);
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
