package exacta.engine.text;

import exacta.primitives.Check;
import java.util.Arrays;

/**
 * Byte-pair encoding of one word: of all neighbours that may merge, those of the lowest rank do
 * first, the leftmost first among equals, until none may. Time is n log n in the length of a word,
 * so a long one is no attack. Not safe for several threads.
 */
final class BytePairMerger {
  private final MergeTable merges;

  /** Token of each live symbol; symbols that were swallowed are -1. */
  private int[] symbols = new int[64];

  private int[] next = new int[64];
  private int[] previous = new int[64];

  /** A binary heap of rank in the high and position in the low half. */
  private long[] heap = new long[64];

  private int heapSize;

  BytePairMerger(MergeTable merges) {
    this.merges = merges;
  }

  /** Appends the tokens of a word, which is given as the tokens of its single bytes. */
  void merge(int[] word, int count, TokenBuffer out) {
    ensureCapacity(count);
    for (int i = 0; i < count; i++) {
      symbols[i] = word[i];
      next[i] = i + 1 < count ? i + 1 : -1;
      previous[i] = i - 1;
    }
    heapSize = 0;
    for (int i = 0; i + 1 < count; i++) {
      offer(i);
    }
    while (heapSize > 0) {
      long best = poll();
      mergeAt((int) best, (int) (best >>> 32));
    }
    for (int i = 0; i != -1 && count > 0; i = next[i]) {
      if (symbols[i] < merges.vocabularySize()) {
        out.add(symbols[i]);
      }
    }
  }

  /** An entry is stale unless the pair at its position still has its rank. */
  private void mergeAt(int left, int rank) {
    int right = symbols[left] < 0 ? -1 : next[left];
    if (right < 0 || merges.rank(symbols[left], symbols[right]) != rank) {
      return;
    }
    symbols[left] = merges.product(symbols[left], symbols[right]);
    symbols[right] = -1;
    next[left] = next[right];
    if (next[left] >= 0) {
      previous[next[left]] = left;
      offer(left);
    }
    if (previous[left] >= 0) {
      offer(previous[left]);
    }
  }

  private void offer(int left) {
    int rank = merges.rank(symbols[left], symbols[next[left]]);
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
    if (symbols.length < count) {
      int capacity = Math.max(count, 2 * symbols.length);
      symbols = new int[capacity];
      next = new int[capacity];
      previous = new int[capacity];
    }
  }
}
