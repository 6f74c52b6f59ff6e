package exacta.store;

import exacta.ledger.StateView;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.store.TreePage.Slot;
import java.util.Arrays;

/** Compares the whole tree with the whole state. Spec: state.md#verify. */
final class StateAudit {
  private static final byte[] ALL = {};

  /**
   * A set of leaves as one number: their count, and the sum of their hashes modulo 2^256 in four
   * words. The order does not matter, so state and tree can each be read in its own order.
   */
  private static final class LeafSet {
    private long count;
    private final long[] sum = new long[Digest32.BYTES / Long.BYTES];

    void add(Digest32 path, Digest32 hash) {
      Digest32 leaf = Hasher.of("state-audit").digest(path).digest(hash).finish();
      count++;
      long carry = 0;
      for (int i = 0; i < sum.length; i++) {
        long word = leaf.longAt(i);
        long added = sum[i] + word;
        long total = added + carry;
        carry =
            Long.compareUnsigned(added, word) < 0 || Long.compareUnsigned(total, added) < 0 ? 1 : 0;
        sum[i] = total;
      }
    }

    boolean isSame(LeafSet other) {
      return count == other.count && Arrays.equals(sum, other.sum);
    }
  }

  private final StateTree.Pages pages;
  private final LeafSet leaves = new LeafSet();
  private final LeafSet entries = new LeafSet();

  StateAudit(StateTree.Pages pages) {
    this.pages = pages;
  }

  /** Every page must have its parent's hash, and the leaves must be the state's entries. */
  void verify(StateView state, Digest32 root) {
    addLeavesBelow(PagePlace.ROOT, root);
    state.scan(
        ALL,
        (key, value) -> {
          entries.add(StateTree.path(key), StateTree.leafHash(key, value));
          return true;
        });
    if (!entries.isSame(leaves)) {
      throw RocksErrors.corrupt(
          "the state's " + entries.count + " entries are not the " + leaves.count + " of its tree");
    }
  }

  private void addLeavesBelow(PagePlace place, Digest32 hash) {
    TreePage page = pages.load(place);
    if (!page.hash().equals(hash)) {
      throw RocksErrors.corrupt("a page of the state's tree does not have its parent's hash");
    }
    Slot[] slots = page.slots();
    for (int digit = 0; digit < slots.length; digit++) {
      switch (slots[digit]) {
        case Slot.Empty empty -> {}
        case Slot.Leaf leaf -> {
          if (!new PagePlace(place.depth() + 1, leaf.path()).equals(place.child(digit))) {
            throw RocksErrors.corrupt("a leaf of the state's tree is not where its key leads");
          }
          leaves.add(leaf.path(), leaf.hash());
        }
        case Slot.Branch branch -> addLeavesBelow(place.child(digit), branch.hash());
      }
    }
  }
}
