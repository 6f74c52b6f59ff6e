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
  /** So many elements to a task that tasks cost nothing beside them. */
  private static final int CHUNK_MAX = 32;

  /** At least so many tasks if there are as many elements, so that no core waits long. */
  private static final int TASKS = 16;

  @Override
  public <T, R> List<R> map(List<T> inputs, Function<T, R> function) {
    Object[] results = new Object[inputs.size()];
    int chunk = Math.clamp(results.length / TASKS, 1, CHUNK_MAX);
    List<RecursiveAction> tasks = new ArrayList<>();
    for (int from = 0; from < results.length; from += chunk) {
      tasks.add(
          new Chunk<>(inputs, function, results, from, Math.min(from + chunk, results.length)));
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
    private final int to;

    Chunk(List<T> inputs, Function<T, R> function, Object[] results, int from, int to) {
      this.inputs = inputs;
      this.function = function;
      this.results = results;
      this.from = from;
      this.to = to;
    }

    @Override
    protected void compute() {
      for (int i = from; i < to; i++) {
        results[i] = function.apply(inputs.get(i));
      }
    }
  }
}
