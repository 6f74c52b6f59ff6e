package exacta.ledger;

import java.util.List;
import java.util.function.Function;

/**
 * A port: computes a pure function of each element of a list, perhaps on several threads. How many
 * there are, and what runs when, changes no result.
 */
public interface Parallel {
  /** On the caller's thread, one after the other. */
  Parallel SEQUENTIAL =
      new Parallel() {
        @Override
        public <T, R> List<R> map(List<T> inputs, Function<T, R> function) {
          return inputs.stream().map(function).toList();
        }
      };

  /**
   * The results in the order of the inputs; none is null. What the function throws, this throws.
   */
  <T, R> List<R> map(List<T> inputs, Function<T, R> function);
}
