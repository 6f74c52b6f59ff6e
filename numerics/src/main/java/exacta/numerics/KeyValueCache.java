package exacta.numerics;

import exacta.primitives.Check;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys and values of one sequence in all layers of a model: a list of pages, the first of which
 * it may share with other sequences. Positions of its own pages are stored in any order and may be
 * overwritten. Different positions may be stored at the same time, but not while another thread
 * reads.
 */
public final class KeyValueCache {
  private final KeyValueShape shape;
  private final List<KeyValuePage> pages = new ArrayList<>();

  /** Pages, from the first, that are never written again. */
  private int frozen;

  /** Without room for any position. */
  public KeyValueCache(KeyValueShape shape) {
    this.shape = shape;
  }

  /** With new pages for so many positions. */
  public static KeyValueCache of(KeyValueShape shape, int positions) {
    KeyValueCache cache = new KeyValueCache(shape);
    cache.reserve(positions);
    return cache;
  }

  /** Adds new pages until so many positions fit. */
  public void reserve(int positions) {
    while (capacity() < positions) {
      append(new KeyValuePage(shape));
    }
  }

  public KeyValueShape shape() {
    return shape;
  }

  /** Adds room; what the page holds is forgotten. */
  public void append(KeyValuePage page) {
    Check.that(page.shape().equals(shape), "the page is of this model");
    pages.add(page);
  }

  /** Takes over what another sequence stored; all pages before are frozen. */
  public void share(KeyValuePage page) {
    Check.that(pages.size() == frozen, "what is shared follows what is full");
    append(page);
    frozen++;
  }

  /** Lets others share the first pages: they are never written again. */
  public void freeze(int count) {
    Check.that(count >= frozen && count <= pages.size(), "pages freeze in their order");
    frozen = count;
  }

  /** Positions that fit. */
  public int capacity() {
    return pages.size() * KeyValuePage.POSITIONS;
  }

  /** In the order of the positions; a copy. */
  public List<KeyValuePage> pages() {
    return List.copyOf(pages);
  }

  /** Lets all pages go. */
  public void clear() {
    pages.clear();
    frozen = 0;
  }

  /**
   * Stores one position, rounding to nearest even: the key is {@code keyRow[keyAt .. keyAt + heads
   * * headSize - 1]}, the value likewise.
   *
   * @return false if a key or value is not finite as f16: an error at this position
   */
  public boolean store(
      int layer, int position, float[] keyRow, int keyAt, float[] valueRow, int valueAt) {
    Check.that(position >= 0 && position < capacity(), "the position fits the cache");
    Check.that(position >= frozen * KeyValuePage.POSITIONS, "frozen positions stay as they are");
    return page(position)
        .store(layer, position % KeyValuePage.POSITIONS, keyRow, keyAt, valueRow, valueAt);
  }

  float key(int layer, int head, int position, int d) {
    return page(position).key(layer, head, position % KeyValuePage.POSITIONS, d);
  }

  float value(int layer, int head, int position, int d) {
    return page(position).value(layer, head, position % KeyValuePage.POSITIONS, d);
  }

  /** The page that holds a position. */
  KeyValuePage page(int position) {
    return pages.get(position / KeyValuePage.POSITIONS);
  }
}
