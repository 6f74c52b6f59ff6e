package exacta.numerics;

import exacta.primitives.Check;

/**
 * The keys and values of one layer, as f16. Positions are stored in any order and may be
 * overwritten. One thread stores, and not while another reads.
 */
public final class KeyValueCache {
  /** Keys of this many positions lie side by side, so that one vector scores them together. */
  static final int BLOCK = 16;

  private final int heads;
  private final int headSize;
  private int capacity;

  /** (heads, capacity / BLOCK, headSize, BLOCK). */
  private short[] keys;

  /** (heads, capacity, headSize). */
  private short[] values;

  /**
   * @param capacity positions that fit
   */
  public KeyValueCache(int heads, int headSize, int capacity) {
    Check.that(heads > 0 && headSize > 0 && capacity > 0, "a cache has a size");
    this.heads = heads;
    this.headSize = headSize;
    this.capacity = Math.ceilDiv(capacity, BLOCK) * BLOCK;
    keys = new short[elements(this.capacity)];
    values = new short[keys.length];
  }

  private int elements(int positions) {
    return Math.multiplyExact(Math.multiplyExact(heads, headSize), positions);
  }

  /** Makes room for so many positions, keeping what is stored; never takes room away. */
  public void reserve(int positions) {
    if (positions <= capacity) {
      return;
    }
    int wanted = Math.ceilDiv(positions, BLOCK) * BLOCK;
    keys = spread(keys, wanted);
    values = spread(values, wanted);
    capacity = wanted;
  }

  /** Each head's part is contiguous, in the keys and in the values. */
  private short[] spread(short[] from, int wanted) {
    short[] to = new short[elements(wanted)];
    for (int head = 0; head < heads; head++) {
      System.arraycopy(
          from, head * capacity * headSize, to, head * wanted * headSize, capacity * headSize);
    }
    return to;
  }

  /** Positions that fit; at least what was asked for. */
  public int capacity() {
    return capacity;
  }

  /**
   * Stores one position, rounding to nearest even: the key is {@code keyRow[keyAt .. keyAt + heads
   * * headSize - 1]}, the value likewise.
   *
   * @return false if a key or value is not finite as f16: an error at this position
   */
  public boolean store(int position, float[] keyRow, int keyAt, float[] valueRow, int valueAt) {
    Check.that(position >= 0 && position < capacity, "the position fits the cache");
    boolean finite = true;
    for (int head = 0; head < heads; head++) {
      int keyBase = keyIndex(head, position);
      int valueBase = valueIndex(head, position);
      for (int d = 0; d < headSize; d++) {
        short key = Float.floatToFloat16(keyRow[keyAt + head * headSize + d]);
        short value = Float.floatToFloat16(valueRow[valueAt + head * headSize + d]);
        keys[keyBase + d * BLOCK] = key;
        values[valueBase + d] = value;
        finite &= (key & 0x7c00) != 0x7c00 && (value & 0x7c00) != 0x7c00;
      }
    }
    return finite;
  }

  float key(int head, int position, int d) {
    return Float.float16ToFloat(keys[keyIndex(head, position) + d * BLOCK]);
  }

  float value(int head, int position, int d) {
    return Float.float16ToFloat(values[valueIndex(head, position) + d]);
  }

  /** Widens the keys of some whole blocks to (blocks, headSize, BLOCK). */
  void widenKeys(int head, int position, int blocks, float[] out) {
    widen(keys, keyIndex(head, position), blocks * headSize * BLOCK, out);
  }

  /** Widens the values of some positions to (positions, headSize). */
  void widenValues(int head, int position, int positions, float[] out) {
    widen(values, valueIndex(head, position), positions * headSize, out);
  }

  private static void widen(short[] from, int at, int count, float[] out) {
    for (int i = 0; i < count; i++) {
      out[i] = Float.float16ToFloat(from[at + i]);
    }
  }

  private int keyIndex(int head, int position) {
    return (head * capacity + position - position % BLOCK) * headSize + position % BLOCK;
  }

  private int valueIndex(int head, int position) {
    return (head * capacity + position) * headSize;
  }
}
