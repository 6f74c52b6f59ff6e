package exacta.engine.text;

import exacta.primitives.Check;
import java.util.Arrays;

/**
 * Merges neighbouring symbols of a sequence: of all pairs that have a rank, the one of the lowest
 * rank first, the leftmost first among equals, until none has one. Time is n log n in the length of
 * the sequence, so a long one is no attack. Not safe for several threads.
 */
abstract class PairMerger {
  private static final int NONE = -1;
  private static final int SWALLOWED = -2;

  private int[] next = new int[64];
  private int[] previous = new int[64];

  /** Rank of the pair that begins at each symbol, or why it has none. */
  private int[] ranks = new int[64];

  /** A binary heap of rank in the high and position in the low half. */
  private long[] heap = new long[64];

  private int heapSize;

  /** The rank of a pair of neighbours, or -1. */
  abstract int rank(int left, int right);

  /** The right symbol becomes part of the left one. */
  abstract void merge(int left, int right);

  /** Merges symbols 0 to count - 1, whose meaning is the subclass's own. */
  final void mergeAll(int count) {
    ensureCapacity(count);
    heapSize = 0;
    for (int i = 0; i < count; i++) {
      next[i] = i + 1 < count ? i + 1 : NONE;
      previous[i] = i - 1;
    }
    for (int i = 0; i < count; i++) {
      offer(i);
    }
    while (heapSize > 0) {
      long best = poll();
      int left = (int) best;
      // Whatever was merged at this place since the entry was made has changed the rank.
      if (ranks[left] == (int) (best >>> 32)) {
        swallow(left, next[left]);
      }
    }
  }

  /** The symbol after a live one, or -1. The first symbol, 0, is always live. */
  final int next(int symbol) {
    return next[symbol];
  }

  private void swallow(int left, int right) {
    merge(left, right);
    ranks[right] = SWALLOWED;
    next[left] = next[right];
    if (next[left] != NONE) {
      previous[next[left]] = left;
    }
    offer(left);
    if (previous[left] != NONE) {
      offer(previous[left]);
    }
  }

  private void offer(int left) {
    int rank = next[left] == NONE ? NONE : rank(left, next[left]);
    ranks[left] = rank;
    if (rank < 0) {
      return;
    }
    if (heapSize == heap.length) {
      heap = Arrays.copyOf(heap, 2 * heap.length);
    }
    long entry = (long) rank << 32 | left;
    int at = heapSize++;
    while (at > 0 && heap[(at - 1) / 2] > entry) {
      heap[at] = heap[(at - 1) / 2];
      at = (at - 1) / 2;
    }
    heap[at] = entry;
  }

  private long poll() {
    Check.that(heapSize > 0, "the heap has an entry");
    long top = heap[0];
    long last = heap[--heapSize];
    int at = 0;
    while (2 * at + 1 < heapSize) {
      int child = 2 * at + 1;
      if (child + 1 < heapSize && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= last) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return top;
  }

  private void ensureCapacity(int count) {
    if (next.length < count) {
      int capacity = Math.max(count, 2 * next.length);
      next = new int[capacity];
      previous = new int[capacity];
      ranks = new int[capacity];
    }
  }
}
