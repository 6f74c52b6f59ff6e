package exacta.store;

import exacta.ledger.Parallel;
import exacta.primitives.Digest32;
import exacta.primitives.StateHashes;
import exacta.store.TreePage.Slot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The Merkle tree over the state, changed by a whole block at once: only pages on the way to a
 * changed entry are read and hashed again, each of them once.
 *
 * <p>The tree's shape depends on the entries alone, never on how they came about: below every page
 * but the root lie at least two entries, and an entry lies in the first page where no other shares
 * its digits. Spec: state.md#tree.
 */
final class StateTree {
  /** The pages as they were before the change. */
  interface Pages {
    TreePage load(PagePlace place);
  }

  /**
   * An entry that was written or deleted.
   *
   * @param leaf the hash of key and value, or nothing if it was deleted
   */
  record Change(Digest32 path, Optional<Digest32> leaf) {
    static Change put(byte[] key, byte[] value) {
      return new Change(StateTree.path(key), Optional.of(leafHash(key, value)));
    }

    static Change delete(byte[] key) {
      return new Change(StateTree.path(key), Optional.empty());
    }
  }

  /** The new root, and the pages to write (or to delete, if empty). */
  record Update(Digest32 root, SequencedMap<PagePlace, Optional<TreePage>> pages) {}

  private final Pages pages;
  private final SequencedMap<PagePlace, Optional<TreePage>> written = new LinkedHashMap<>();

  private StateTree(Pages pages) {
    this.pages = pages;
  }

  /**
   * Applies changes to different keys, in any order.
   *
   * @throws exacta.primitives.ExactaException (fatal) if the old pages contradict each other
   */
  static Update update(Pages pages, List<Change> changes) {
    return update(pages, changes, Parallel.SEQUENTIAL);
  }

  /**
   * The same; what lies below the root's slots is computed side by side.
   *
   * @param pages can be read by several threads
   */
  static Update update(Pages pages, List<Change> changes, Parallel parallel) {
    List<Change> ordered = changes.stream().sorted(Comparator.comparing(Change::path)).toList();
    Slot[] slots = pages.load(PagePlace.ROOT).slots();
    List<Subtree> subtrees =
        parallel.map(
            byFirstDigit(ordered),
            group -> {
              StateTree tree = new StateTree(pages);
              int digit = PagePlace.digit(group.getFirst().path(), 0);
              return new Subtree(digit, tree.replace(slots[digit], 1, group), tree.written);
            });
    SequencedMap<PagePlace, Optional<TreePage>> written = new LinkedHashMap<>();
    for (Subtree subtree : subtrees) {
      slots[subtree.digit()] = subtree.slot();
      written.putAll(subtree.written());
    }
    TreePage root = TreePage.of(slots);
    written.put(PagePlace.ROOT, Optional.of(root));
    return new Update(root.hash(), written);
  }

  /** What became of one slot of the root, and of the pages below it. */
  private record Subtree(
      int digit, Slot slot, SequencedMap<PagePlace, Optional<TreePage>> written) {}

  private static List<List<Change>> byFirstDigit(List<Change> ordered) {
    List<List<Change>> groups = new ArrayList<>();
    int from = 0;
    while (from < ordered.size()) {
      int to = endOfDigit(ordered, from, 0);
      groups.add(ordered.subList(from, to));
      from = to;
    }
    return groups;
  }

  /** Behind the last change that has the same digit at this depth as the one at {@code from}. */
  private static int endOfDigit(List<Change> ordered, int from, int depth) {
    int digit = PagePlace.digit(ordered.get(from).path(), depth);
    int to = from + 1;
    while (to < ordered.size() && PagePlace.digit(ordered.get(to).path(), depth) == digit) {
      to++;
    }
    return to;
  }

  /** Spec: state.md#path. */
  static Digest32 path(byte[] key) {
    return StateHashes.path(key);
  }

  /** Spec: state.md#leaf-hash. */
  static Digest32 leafHash(byte[] key, byte[] value) {
    return StateHashes.leaf(key, value);
  }

  /** Applies changes, in order of their paths, to the slots of a page with this many digits. */
  private Slot[] replaceSlots(Slot[] slots, int depth, List<Change> changes) {
    int from = 0;
    while (from < changes.size()) {
      int digit = PagePlace.digit(changes.get(from).path(), depth);
      int to = endOfDigit(changes, from, depth);
      slots[digit] = replace(slots[digit], depth + 1, changes.subList(from, to));
      from = to;
    }
    return slots;
  }

  private Slot replace(Slot slot, int depth, List<Change> changes) {
    return switch (slot) {
      case Slot.Empty empty -> grow(depth, changes);
      case Slot.Leaf leaf -> grow(depth, joined(leaf, changes));
      case Slot.Branch branch -> {
        PagePlace place = new PagePlace(depth, changes.getFirst().path());
        TreePage before = pages.load(place);
        if (!before.hash().equals(branch.hash())) {
          throw RocksErrors.corrupt("a page of the state's tree does not have its parent's hash");
        }
        yield settle(place, replaceSlots(before.slots(), depth, changes));
      }
    };
  }

  /** What these changes make where nothing was. */
  private Slot grow(int depth, List<Change> changes) {
    List<Change> puts = changes.stream().filter(change -> change.leaf().isPresent()).toList();
    return switch (puts.size()) {
      case 0 -> Slot.Empty.EMPTY;
      case 1 -> new Slot.Leaf(puts.getFirst().path(), puts.getFirst().leaf().orElseThrow());
      default ->
          settle(
              new PagePlace(depth, puts.getFirst().path()),
              replaceSlots(TreePage.EMPTY.slots(), depth, puts));
    };
  }

  /** Adds an old leaf to changes beside it, unless one of them is about its own key. */
  private static List<Change> joined(Slot.Leaf leaf, List<Change> changes) {
    int at = 0;
    while (at < changes.size() && changes.get(at).path().compareTo(leaf.path()) < 0) {
      at++;
    }
    if (at < changes.size() && changes.get(at).path().equals(leaf.path())) {
      return changes;
    }
    List<Change> joined = new ArrayList<>(changes);
    joined.add(at, new Change(leaf.path(), Optional.of(leaf.hash())));
    return joined;
  }

  /** What a page with these slots is to its parent: a page of fewer than two entries vanishes. */
  private Slot settle(PagePlace place, Slot[] slots) {
    TreePage page = TreePage.of(slots);
    List<Slot> occupied = page.occupied();
    if (occupied.isEmpty()) {
      written.put(place, Optional.empty());
      return Slot.Empty.EMPTY;
    }
    if (occupied.size() == 1 && occupied.getFirst() instanceof Slot.Leaf leaf) {
      written.put(place, Optional.empty());
      return leaf;
    }
    // What the write needs of the page is made here, where several threads do it.
    page.unsafeBytes();
    written.put(place, Optional.of(page));
    return new Slot.Branch(page.hash());
  }
}
