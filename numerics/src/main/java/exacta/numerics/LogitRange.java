package exacta.numerics;

/**
 * Between what one position's logits lie.
 *
 * @param finite whether all are; if not, the rest says nothing
 * @param mostLikely the lowest index of the largest
 */
public record LogitRange(boolean finite, float smallest, int mostLikely, float largest) {
  static final LogitRange NOT_FINITE = new LogitRange(false, 0, 0, 0);
}
