package exacta.numerics;

/**
 * Keys and values of some consecutive positions in all layers of a model, as f16. Different
 * positions may be stored at the same time, but not while another thread reads. A page is the unit
 * that sequences get memory in, and share.
 */
public final class KeyValuePage {
  /**
   * Positions of a page: a quarter of an attention's chunk. A short sequence wastes half a page on
   * average, and only whole pages are shared; much smaller ones would give short inner loops.
   */
  public static final int POSITIONS = 64;

  /** Keys of this many positions lie side by side, so that one vector scores them together. */
  static final int BLOCK = 16;

  private final KeyValueShape shape;

  /** (layers)(heads, POSITIONS / BLOCK, headSize, BLOCK). */
  private final short[][] keys;

  /** (layers)(heads, POSITIONS, headSize). */
  private final short[][] values;

  public KeyValuePage(KeyValueShape shape) {
    this.shape = shape;
    keys = new short[shape.layers()][shape.layerElements()];
    values = new short[shape.layers()][shape.layerElements()];
  }

  KeyValueShape shape() {
    return shape;
  }

  /** Stores one position, counted from the page's first; false if something is not finite. */
  boolean store(int layer, int position, float[] keyRow, int keyAt, float[] valueRow, int valueAt) {
    boolean finite = true;
    int size = shape.headSize();
    for (int head = 0; head < shape.heads(); head++) {
      int from = head * size;
      finite &= storeKey(keys[layer], keyIndex(head, position), keyRow, keyAt + from, size);
      finite &=
          storeValue(values[layer], valueIndex(head, position), valueRow, valueAt + from, size);
    }
    return finite;
  }

  private static boolean storeKey(short[] to, int at, float[] row, int from, int size) {
    int exponents = 0;
    for (int d = 0; d < size; d++) {
      short half = Float.floatToFloat16(row[from + d]);
      to[at + d * BLOCK] = half;
      exponents = Math.max(exponents, half & 0x7c00);
    }
    return exponents != 0x7c00;
  }

  private static boolean storeValue(short[] to, int at, float[] row, int from, int size) {
    int exponents = 0;
    for (int d = 0; d < size; d++) {
      short half = Float.floatToFloat16(row[from + d]);
      to[at + d] = half;
      exponents = Math.max(exponents, half & 0x7c00);
    }
    return exponents != 0x7c00;
  }

  float key(int layer, int head, int position, int d) {
    return Float.float16ToFloat(keys[layer][keyIndex(head, position) + d * BLOCK]);
  }

  float value(int layer, int head, int position, int d) {
    return Float.float16ToFloat(values[layer][valueIndex(head, position) + d]);
  }

  /** Widens the keys of the first so many positions, whole blocks, to (blocks, headSize, BLOCK). */
  void widenKeys(int layer, int head, int positions, float[] out, int at) {
    widen(keys[layer], keyIndex(head, 0), positions * shape.headSize(), out, at);
  }

  /** Widens the values of the first so many positions to (positions, headSize). */
  void widenValues(int layer, int head, int positions, float[] out, int at) {
    widen(values[layer], valueIndex(head, 0), positions * shape.headSize(), out, at);
  }

  private static void widen(short[] from, int start, int count, float[] out, int at) {
    for (int i = 0; i < count; i++) {
      out[at + i] = Float.float16ToFloat(from[start + i]);
    }
  }

  private int keyIndex(int head, int position) {
    int block = position - position % BLOCK;
    return (head * POSITIONS + block) * shape.headSize() + position % BLOCK;
  }

  private int valueIndex(int head, int position) {
    return (head * POSITIONS + position) * shape.headSize();
  }
}
