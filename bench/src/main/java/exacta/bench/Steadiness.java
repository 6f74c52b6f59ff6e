package exacta.bench;

import java.util.Arrays;
import java.util.List;

/**
 * When starts reach their steady speed. The steady speed is one for all of them, or a start that is
 * stuck in slow code would only be measured by itself: the median over the starts of each one's
 * last five seconds. A start is steady from the first second on after which the median of any three
 * seconds in a row stays above nine tenths of it.
 */
final class Steadiness {
  private static final int LAST = 5;
  private static final int ROW = 3;
  private static final double SHARE = 0.8;

  private Steadiness() {}

  /**
   * The steady speed of all.
   *
   * @param starts a speed for each second, of each start
   */
  static double reference(List<double[]> starts) {
    double best = 0;
    for (double[] start : starts) {
      best = Math.max(best, median(Arrays.copyOfRange(start, start.length - LAST, start.length)));
    }
    return best;
  }

  /** Seconds until a start is steady; all it has if it never is. */
  static int secondsUntilSteady(double[] start, double reference) {
    int steady = start.length;
    for (int from = start.length - ROW; from >= 0; from--) {
      if (median(Arrays.copyOfRange(start, from, from + ROW)) <= SHARE * reference) {
        break;
      }
      steady = from;
    }
    // The first of three may itself be slow: then the start became steady after it.
    while (steady < start.length && start[steady] <= SHARE * reference) {
      steady++;
    }
    return steady;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
