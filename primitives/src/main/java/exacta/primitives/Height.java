package exacta.primitives;

/** The number of a block; the first block has height 1, the genesis state height 0. */
public record Height(long value) implements Comparable<Height> {
  public Height {
    if (value < 0) {
      throw new IllegalArgumentException("a height is never negative: " + value);
    }
  }

  public Height plus(long blocks) {
    return new Height(Math.addExact(value, blocks));
  }

  @Override
  public int compareTo(Height other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
