package exacta.bench;

import java.util.Arrays;

/**
 * When a start reaches its steady speed: from the first second on after which the median of any
 * three seconds in a row stays above four fifths of the speed that a warm process has in the same
 * seconds. Measured so, a start that is stuck in slow code shows, and the machine's own moods do
 * not.
 */
final class Steadiness {
  private static final int ROW = 3;
  private static final double SHARE = 0.8;

  private Steadiness() {}

  /**
   * Seconds until a start is steady; all it has if it never is.
   *
   * @param shares of the warm process's speed, second by second; 0 where there was nothing
   */
  static int secondsUntilSteady(double[] shares) {
    int steady = shares.length;
    for (int from = shares.length - ROW; from >= 0; from--) {
      double[] row = Arrays.copyOfRange(shares, from, from + ROW);
      Arrays.sort(row);
      if (row[ROW / 2] <= SHARE) {
        break;
      }
      steady = from;
    }
    // The first of three may itself be slow: then the start became steady after it.
    while (steady < shares.length && shares[steady] <= SHARE) {
      steady++;
    }
    return steady;
  }
}
