package exacta.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * All that was measured, as it is written to a file.
 *
 * @param date in UTC
 * @param runs fresh processes of each side for each row
 */
record Results(String date, Machine machine, String llamaCpp, int runs, List<Row> rows) {

  /**
   * One measure of both sides, a value for each run.
   *
   * @param exacta in the order of the runs
   */
  record Row(
      String format, int threads, Measure measure, List<Double> exacta, List<Double> llamaCpp) {
    Spread ours() {
      return Spread.of(exacta);
    }

    Spread theirs() {
      return Spread.of(llamaCpp);
    }

    boolean isComparable() {
      return !exacta.isEmpty() && !llamaCpp.isEmpty();
    }

    /** Medians; above 1 where we are better. */
    double ratio() {
      return measure.ratio(ours().median(), theirs().median());
    }
  }

  /** Middle and ends of some values. */
  record Spread(double median, double min, double max) {
    static Spread of(List<Double> values) {
      List<Double> sorted = new ArrayList<>(values);
      sorted.sort(null);
      int middle = sorted.size() / 2;
      double median =
          sorted.size() % 2 == 1
              ? sorted.get(middle)
              : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
      return new Spread(median, sorted.getFirst(), sorted.getLast());
    }
  }
}
