package exacta.numerics;

import exacta.primitives.Check;

/**
 * Consecutive positions of one sequence as consecutive rows of a batch.
 *
 * @param cache of the sequence
 * @param row of the batch that holds the first of them
 * @param first the first position
 */
public record Segment(KeyValueCache cache, int row, int first, int count) {
  public Segment {
    Check.that(row >= 0 && first >= 0 && count > 0, "a segment has a place");
  }
}
