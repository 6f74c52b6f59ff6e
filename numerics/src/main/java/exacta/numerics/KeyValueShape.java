package exacta.numerics;

import exacta.primitives.Check;

/**
 * The keys and values that a model keeps of each position.
 *
 * @param heads of keys and values, in every layer
 */
public record KeyValueShape(int layers, int heads, int headSize) {
  public KeyValueShape {
    Check.that(layers > 0 && heads > 0 && headSize > 0, "keys and values have a size");
  }

  /** Bytes of one page. */
  public long pageBytes() {
    return 2L * Short.BYTES * layers * heads * headSize * KeyValuePage.POSITIONS;
  }

  /** Elements of one layer's keys in a page; there are as many of values. */
  int layerElements() {
    return Math.multiplyExact(Math.multiplyExact(heads, headSize), KeyValuePage.POSITIONS);
  }
}
