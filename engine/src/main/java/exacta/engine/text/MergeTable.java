package exacta.engine.text;

import exacta.primitives.ExactaException;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * Which two tokens merge into which, and in what order: an open-addressed hash table from pairs of
 * token ids. Immutable. A byte that the vocabulary has no token for is a symbol beyond the
 * vocabulary; it merges with nothing.
 */
final class MergeTable {
  private static final long EMPTY = -1;
  private static final int PROBES_MAX = 1024;

  private final long[] pairs;
  private final int[] ranks;
  private final int[] products;
  private final int mask;

  /**
   * @param source what messages call the file
   * @param merges in the order of their ranks, each two token names with a space between
   */
  MergeTable(String source, List<String> merges, Vocabulary vocabulary) {
    int capacity = Integer.highestOneBit(Math.max(16, merges.size())) * 4;
    mask = capacity - 1;
    pairs = new long[capacity];
    ranks = new int[capacity];
    products = new int[capacity];
    Arrays.fill(pairs, EMPTY);
    for (int rank = 0; rank < merges.size(); rank++) {
      String merge = merges.get(rank);
      int space = merge.indexOf(' ', 1);
      if (space < 0 || space == merge.length() - 1) {
        throw wrong(source, rank, merge, "is not two names with a space between");
      }
      String left = merge.substring(0, space);
      String right = merge.substring(space + 1);
      String product = left.concat(right);
      OptionalInt leftId = vocabulary.id(left);
      OptionalInt rightId = vocabulary.id(right);
      OptionalInt productId = vocabulary.id(product);
      if (leftId.isEmpty() || rightId.isEmpty() || productId.isEmpty()) {
        throw wrong(source, rank, merge, "names a token that the vocabulary lacks");
      }
      // No spelling of a client's may become a control token.
      boolean ordinary = vocabulary.ordinary(product) >= 0;
      if (ordinary && !put(leftId.getAsInt(), rightId.getAsInt(), rank, productId.getAsInt())) {
        throw wrong(source, rank, merge, "and those before it are made to be slow to look up");
      }
    }
  }

  /** The lower, the earlier; -1 for a pair that doesn't merge. */
  int rank(int left, int right) {
    int slot = find(left, right);
    return slot < 0 ? -1 : ranks[slot];
  }

  /** What a pair that has a rank becomes. */
  int product(int left, int right) {
    return products[find(left, right)];
  }

  private int find(int left, int right) {
    long pair = (long) left << 32 | right;
    int slot = slot(pair);
    while (pairs[slot] != EMPTY) {
      if (pairs[slot] == pair) {
        return slot;
      }
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  /**
   * A pair that is listed twice keeps its first rank. Gives whether there is a slot near enough to
   * where the pair is looked for: half of all slots stay free, so that only a file that is made to
   * be slow has none.
   */
  private boolean put(int left, int right, int rank, int product) {
    long pair = (long) left << 32 | right;
    int slot = slot(pair);
    for (int probes = 0; probes < PROBES_MAX; probes++) {
      if (pairs[slot] == EMPTY) {
        pairs[slot] = pair;
        ranks[slot] = rank;
        products[slot] = product;
        return true;
      }
      if (pairs[slot] == pair) {
        return true;
      }
      slot = (slot + 1) & mask;
    }
    return false;
  }

  private int slot(long pair) {
    long hash = pair * 0x9E3779B97F4A7C15L;
    return (int) (hash >>> 40) & mask;
  }

  private static ExactaException wrong(String source, int rank, String merge, String problem) {
    return ExactaException.fatal(
        "model "
            + source
            + ": merge "
            + rank
            + " '"
            + merge
            + "' "
            + problem
            + "; use another GGUF file of this model");
  }
}
