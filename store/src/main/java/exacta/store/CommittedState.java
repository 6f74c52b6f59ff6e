package exacta.store;

import exacta.ledger.StateView;
import exacta.primitives.Check;
import exacta.primitives.Digest32;
import exacta.primitives.StateProof;
import java.util.ArrayList;
import java.util.List;
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
