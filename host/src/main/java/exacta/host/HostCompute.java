package exacta.host;

import exacta.engine.Batcher;
import exacta.engine.ComputePool;
import exacta.engine.ComputePool.Priority;
import exacta.engine.Model;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.sprint.SprintModel;
import exacta.sprint.SprintShape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * What all hosts of a process compute with: one copy of the weights, one thread that computes, one
 * copy of a Sprint's model. Safe for several threads; closes nothing that it was given.
 */
public final class HostCompute {
  /** The newest Sprint, and the one before, which may still be audited. */
  private static final int SPRINT_MODELS_MAX = 2;

  private record Key(Digest32 seed, SprintShape shape) {}

  private final Model model;
  private final ComputePool pool;
  private final Batcher batcher;
  private final Map<Key, CompletableFuture<SprintModel>> sprintModels = new LinkedHashMap<>();

  /** Positions of the checks that run: all together have at most one context's keys and values. */
  private final Semaphore checkPositions;

  public HostCompute(Model model, ComputePool pool, Batcher batcher) {
    this.model = model;
    this.pool = pool;
    this.batcher = batcher;
    checkPositions = new Semaphore(batcher.contextLength(), true);
  }

  Model model() {
    return model;
  }

  ComputePool pool() {
    return pool;
  }

  Batcher batcher() {
    return batcher;
  }

  /**
   * Does a check, when those before it leave memory for its keys and values; one that needs more
   * than there is runs alone.
   *
   * @param positions that it computes
   * @throws ExactaException ERROR if the wait was interrupted
   */
  <T> T check(int positions, Supplier<T> work) {
    int taken = Math.min(positions, batcher.contextLength());
    try {
      checkPositions.acquire(taken);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw ExactaException.error("the wait for other checks was interrupted");
    }
    try {
      return work.get();
    } finally {
      checkPositions.release(taken);
    }
  }

  /** Draws a Sprint's model, or waits for whoever does. */
  SprintModel sprintModel(Digest32 seed, SprintShape shape, Priority priority, Object owner) {
    CompletableFuture<SprintModel> mine = new CompletableFuture<>();
    CompletableFuture<SprintModel> known = putIfAbsent(new Key(seed, shape), mine);
    if (known != null) {
      return await(known);
    }
    try {
      mine.complete(
          pool.call(priority, owner, () -> SprintModel.derive(seed, shape, pool.kernels())));
    } catch (RuntimeException | Error e) {
      forget(new Key(seed, shape));
      mine.completeExceptionally(e);
      throw e;
    }
    return mine.join();
  }

  private static SprintModel await(CompletableFuture<SprintModel> model) {
    try {
      return model.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ExactaException.error("the wait for a Sprint's model was interrupted");
    } catch (ExecutionException e) {
      throw ExactaException.error("a Sprint's model could not be drawn: " + e.getCause());
    }
  }

  private synchronized CompletableFuture<SprintModel> putIfAbsent(
      Key key, CompletableFuture<SprintModel> model) {
    CompletableFuture<SprintModel> known = sprintModels.putIfAbsent(key, model);
    while (sprintModels.size() > SPRINT_MODELS_MAX) {
      sprintModels.remove(sprintModels.keySet().iterator().next());
    }
    return known;
  }

  private synchronized void forget(Key key) {
    sprintModels.remove(key);
  }
}
