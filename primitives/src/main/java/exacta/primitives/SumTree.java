package exacta.primitives;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A Merkle tree that also sums: every leaf carries a cost in ngonka, every node the sum of the
 * costs below it, and the hash of a node covers its children's sums, so a path proves both the
 * position of a leaf and how much all leaves before it cost together.
 *
 * <p>Shape as {@link MerkleTree}; an inner node is {@code H("sum-node", left hash, left sum, right
 * hash, right sum)}, the tree of no leaves {@code (H("empty"), 0)}. Spec: encoding.md#sum-tree.
 */
public final class SumTree {
  /** A node: its hash and the sum of the costs below it, in ngonka. */
  public record Node(Digest32 hash, long sum) {}

  /** Where a leaf lies: the sum of all leaves before it. */
  public record Position(long sumBefore) {}

  private static final Node EMPTY = new Node(Hasher.of("empty").finish(), 0);

  private final List<List<Node>> levels;

  /** The sums together must stay within a long. */
  public SumTree(List<Node> leaves) {
    levels = new ArrayList<>();
    List<Node> level = List.copyOf(leaves);
    levels.add(level);
    while (level.size() > 1) {
      List<Node> above = new ArrayList<>((level.size() + 1) / 2);
      for (int i = 0; i + 1 < level.size(); i += 2) {
        above.add(join(level.get(i), level.get(i + 1)));
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

  public Node root() {
    return count() == 0 ? EMPTY : levels.getLast().getFirst();
  }

  /** The siblings from the leaf to the root. */
  public List<Node> path(int index) {
    List<Node> path = new ArrayList<>();
    int at = index;
    for (int depth = 0; depth + 1 < levels.size(); depth++) {
      List<Node> level = levels.get(depth);
      int sibling = at ^ 1;
      if (sibling < level.size()) {
        path.add(level.get(sibling));
      }
      at >>= 1;
    }
    return path;
  }

  /**
   * The index of the leaf that earned the coin at this offset (0 is the first ngonka), or -1 if
   * there is none.
   */
  public int leafOfCoin(long offset) {
    List<Node> leaves = levels.getFirst();
    long sum = 0;
    for (int i = 0; i < leaves.size(); i++) {
      sum += leaves.get(i).sum();
      if (offset < sum) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Follows the path from a leaf to the root of a tree with this many leaves.
   *
   * @return where the leaf lies, or empty if the path does not lead to this root
   */
  public static Optional<Position> locate(
      Node root, long count, long index, Node leaf, List<Node> path) {
    if (index < 0 || index >= count || leaf.sum() < 0) {
      return Optional.empty();
    }
    Node node = leaf;
    long sumBefore = 0;
    long at = index;
    long size = count;
    int used = 0;
    while (size > 1) {
      if ((at ^ 1) < size) {
        if (used == path.size()) {
          return Optional.empty();
        }
        Node sibling = path.get(used++);
        if (sibling.sum() < 0 || node.sum() > Long.MAX_VALUE - sibling.sum()) {
          return Optional.empty();
        }
        if ((at & 1) == 0) {
          node = join(node, sibling);
        } else {
          sumBefore += sibling.sum();
          node = join(sibling, node);
        }
      }
      at >>= 1;
      size = (size + 1) >> 1;
    }
    return used == path.size() && node.equals(root)
        ? Optional.of(new Position(sumBefore))
        : Optional.empty();
  }

  private static Node join(Node left, Node right) {
    long sum = Math.addExact(left.sum(), right.sum());
    Digest32 hash =
        Hasher.of("sum-node")
            .digest(left.hash())
            .integer(left.sum())
            .digest(right.hash())
            .integer(right.sum())
            .finish();
    return new Node(hash, sum);
  }
}
