package exacta.primitives;

import java.util.ArrayList;
import java.util.List;

/**
 * A Merkle tree over a list of digests whose position is their number.
 *
 * <p>Shape as in RFC 6962: a tree of n &gt; 1 leaves splits after the largest power of two below n.
 * An inner node is {@code H("node", left, right)}, the tree of no leaves is {@code H("empty")}, of
 * one leaf the leaf. Whoever commits to a tree commits to (count, root), so that a path proves a
 * position. Spec: encoding.md#merkle.
 */
public final class MerkleTree {
  private static final Digest32 EMPTY = Hasher.of("empty").finish();

  /**
   * levels.get(0) are the leaves; a level's odd last node moves up unchanged, which gives the shape
   * of RFC 6962.
   */
  private final List<List<Digest32>> levels;

  public MerkleTree(List<Digest32> leaves) {
    levels = new ArrayList<>();
    List<Digest32> level = List.copyOf(leaves);
    levels.add(level);
    while (level.size() > 1) {
      List<Digest32> above = new ArrayList<>((level.size() + 1) / 2);
      for (int i = 0; i + 1 < level.size(); i += 2) {
        above.add(node(level.get(i), level.get(i + 1)));
      }
      if (level.size() % 2 == 1) {
        above.add(level.getLast());
      }
      levels.add(above);
      level = above;
    }
  }

  public int count() {
    return levels.getFirst().size();
  }

  public Digest32 leaf(int index) {
    return levels.getFirst().get(index);
  }

  public Digest32 root() {
    return count() == 0 ? EMPTY : levels.getLast().getFirst();
  }

  /** The siblings from the leaf to the root; at most 31. */
  public List<Digest32> path(int index) {
    List<Digest32> path = new ArrayList<>();
    int at = index;
    for (int depth = 0; depth + 1 < levels.size(); depth++) {
      List<Digest32> level = levels.get(depth);
      int sibling = at ^ 1;
      if (sibling < level.size()) {
        path.add(level.get(sibling));
      }
      at >>= 1;
    }
    return path;
  }

  /**
   * Whether the path leads from the leaf at this index to the root of a tree with this many leaves.
   */
  public static boolean verify(
      Digest32 root, long count, long index, Digest32 leaf, List<Digest32> path) {
    if (index < 0 || index >= count) {
      return false;
    }
    Digest32 hash = leaf;
    long at = index;
    long size = count;
    int used = 0;
    while (size > 1) {
      if ((at ^ 1) < size) {
        if (used == path.size()) {
          return false;
        }
        Digest32 sibling = path.get(used++);
        hash = (at & 1) == 0 ? node(hash, sibling) : node(sibling, hash);
      }
      at >>= 1;
      size = (size + 1) >> 1;
    }
    return used == path.size() && hash.equals(root);
  }

  private static Digest32 node(Digest32 left, Digest32 right) {
    return Hasher.of("node").digest(left).digest(right).finish();
  }
}
