package exacta.primitives;

/**
 * The number of an epoch, from 0. Epoch e covers the heights {@code e * length + 1} to {@code (e +
 * 1) * length}.
 */
public record Epoch(long number) implements Comparable<Epoch> {
  public Epoch {
    if (number < 0) {
      throw new IllegalArgumentException("an epoch is never negative: " + number);
    }
  }

  public Epoch next() {
    return new Epoch(number + 1);
  }

  @Override
  public int compareTo(Epoch other) {
    return Long.compare(number, other.number);
  }

  @Override
  public String toString() {
    return Long.toString(number);
  }
}
