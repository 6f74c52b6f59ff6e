package exacta.store;

import exacta.ledger.StateView;
import exacta.primitives.Digest32;
import exacta.store.TreePage.Slot;
import java.util.concurrent.atomic.AtomicLong;

/** Compares the whole tree with the whole state. */
final class StateAudit {
  private static final byte[] ALL = {};

  private final StateTree.Pages pages;

  StateAudit(StateTree.Pages pages) {
    this.pages = pages;
  }

  /**
   * Every entry must be a leaf, every page have its parent's hash, and no leaf be without entry.
   */
  void verify(StateView state, Digest32 root) {
    long leaves = leavesBelow(PagePlace.ROOT, root);
    AtomicLong entries = new AtomicLong();
    state.scan(
        ALL,
        (key, value) -> {
          if (!isLeaf(StateTree.path(key), StateTree.leafHash(key, value))) {
            throw RocksErrors.corrupt("an entry of the state is not what its tree says");
          }
          entries.incrementAndGet();
          return true;
        });
    if (entries.get() != leaves) {
      throw RocksErrors.corrupt("the state has " + entries.get() + " entries, its tree " + leaves);
    }
  }

  private long leavesBelow(PagePlace place, Digest32 hash) {
    TreePage page = pages.load(place);
    if (!page.hash().equals(hash)) {
      throw RocksErrors.corrupt("a page of the state's tree does not have its parent's hash");
    }
    long leaves = 0;
    Slot[] slots = page.slots();
    for (int digit = 0; digit < slots.length; digit++) {
      leaves +=
          switch (slots[digit]) {
            case Slot.Empty empty -> 0;
            case Slot.Leaf leaf -> 1;
            case Slot.Branch branch -> leavesBelow(place.child(digit), branch.hash());
          };
    }
    return leaves;
  }

  private boolean isLeaf(Digest32 path, Digest32 hash) {
    for (int depth = 0; ; depth++) {
      Slot slot = pages.load(new PagePlace(depth, path)).slots()[PagePlace.digit(path, depth)];
      if (!(slot instanceof Slot.Branch)) {
        return slot instanceof Slot.Leaf leaf
            && leaf.path().equals(path)
            && leaf.hash().equals(hash);
      }
    }
  }
}
