package exacta.store;

import exacta.primitives.Digest32;
import exacta.primitives.Height;
import java.util.Optional;
import java.util.SortedMap;

/** A block's changes with the root they lead to; nothing of it is on disk yet. */
public final class PreparedState {
  private final Height height;
  private final SortedMap<byte[], Optional<byte[]>> entries;
  private final StateTree.Update tree;

  PreparedState(Height height, SortedMap<byte[], Optional<byte[]>> entries, StateTree.Update tree) {
    this.height = height;
    this.entries = entries;
    this.tree = tree;
  }

  public Height height() {
    return height;
  }

  /** The app hash after this block. */
  public Digest32 root() {
    return tree.root();
  }

  SortedMap<byte[], Optional<byte[]>> entries() {
    return entries;
  }

  StateTree.Update tree() {
    return tree;
  }
}
