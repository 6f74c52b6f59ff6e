package exacta.bench;

import java.util.List;
import java.util.Optional;

/**
 * What the figures should be.
 *
 * @param threads 1 or 2
 * @param ratio of the medians, ours to llama.cpp's, on the same format
 */
record Requirement(String format, Measure measure, int threads, double ratio) {
  static final List<Requirement> ALL =
      List.of(
          new Requirement("Q4_1", Measure.PREFILL, 1, 2.5),
          new Requirement("Q4_1", Measure.PREFILL, 2, 3.0),
          new Requirement("Q4_1", Measure.DECODE, 1, 1.4),
          new Requirement("Q4_1", Measure.DECODE, 2, 1.8),
          new Requirement("Q4_1", Measure.BATCH, 1, 1.0),
          new Requirement("Q4_1", Measure.BATCH, 2, 1.0),
          new Requirement("Q4_0", Measure.PREFILL, 1, 0.75),
          new Requirement("Q4_0", Measure.PREFILL, 2, 0.9),
          new Requirement("Q4_0", Measure.DECODE, 1, 0.9),
          new Requirement("Q4_0", Measure.DECODE, 2, 1.5),
          new Requirement("Q8_0", Measure.DECODE, 1, 1.0),
          new Requirement("Q8_0", Measure.DECODE, 2, 1.0));

  static Optional<Requirement> of(Results.Row row) {
    return ALL.stream()
        .filter(each ->
            each.format().equals(row.format())
                && each.measure() == row.measure()
                && each.threads() == row.threads())
        .findFirst();
  }
}
