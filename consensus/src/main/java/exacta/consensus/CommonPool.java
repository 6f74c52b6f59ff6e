package exacta.consensus;

import exacta.ledger.Parallel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.RecursiveAction;
import java.util.function.Function;

/** On all cores: the caller's thread and those that every JVM has for such work. */
public final class CommonPool implements Parallel {
  /** So much for each task that nobody waits long for the last one, and tasks cost nothing. */
  private static final int CHUNK = 32;

  @Override
  public <T, R> List<R> map(List<T> inputs, Function<T, R> function) {
    Object[] results = new Object[inputs.size()];
    List<RecursiveAction> tasks = new ArrayList<>();
    for (int from = 0; from < results.length; from += CHUNK) {
      tasks.add(new Chunk<>(inputs, function, results, from));
    }
    ForkJoinTask.invokeAll(tasks);
    // Each element was computed by the function.
    @SuppressWarnings("unchecked")
    List<R> list = (List<R>) Arrays.asList(results);
    return list;
  }

  private static final class Chunk<T, R> extends RecursiveAction {
    private static final long serialVersionUID = 1;

    private final transient List<T> inputs;
    private final transient Function<T, R> function;
    private final transient Object[] results;
    private final int from;

    Chunk(List<T> inputs, Function<T, R> function, Object[] results, int from) {
      this.inputs = inputs;
      this.function = function;
      this.results = results;
      this.from = from;
    }

    @Override
    protected void compute() {
      for (int i = from; i < Math.min(from + CHUNK, results.length); i++) {
        results[i] = function.apply(inputs.get(i));
      }
    }
  }
}
