package exacta.bench;

import java.nio.file.Path;
import java.util.Map;

/** One of the two engines. */
interface Competitor {
  /** What fresh processes measure on this file. */
  Map<Measure, Double> run(Path model, int threads, int repetitions);
}
