package exacta.engine;

import exacta.engine.ComputePool.Priority;
import exacta.primitives.ExactaException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Computes many answers of one model at once: in each step all that decode get a token, or some if
 * they are few and {@link Drafter} is right, and the others some of their prompt. Answers join and
 * leave between steps. A step is a unit of work of the pool, with the priority of requests. Safe
 * for many threads.
 */
public final class Batcher implements AutoCloseable {
  private final Model model;
  private final ComputePool pool;
  private final BatchLimits limits;
  private final PagePool pages;
  private final Batch batch;

  /** In the order of their arrival. */
  private final List<SharedGeneration> waiting = new ArrayList<>();

  private final List<SharedGeneration> running = new ArrayList<>();

  /** True while a step is in the pool's queue, or runs. */
  private boolean stepping;

  /** True if something happened since the last step looked. */
  private boolean changed;

  private boolean closed;

  /**
   * Begins with no answer.
   *
   * @param pool whose kernels the model was opened with
   */
  public Batcher(Model model, ComputePool pool, BatchLimits limits) {
    this.model = model;
    this.pool = pool;
    this.limits = limits;
    pages = new PagePool(model.weights().shape().keyValues(), limits.keyValueBytes());
    batch = new Batch(model, pool.nanoseconds());
    if (pages.positionsMax() == 0) {
      throw ExactaException.fatal(
          limits.keyValueBytes()
              + " bytes for keys and values hold no page of this model, which has "
              + model.weights().shape().keyValues().pageBytes()
              + " bytes; allow more");
    }
  }

  /** The most tokens of prompt and answer together: what the model can, and the memory. */
  public int contextLength() {
    return (int) Math.min(model.contextLength(), pages.positionsMax());
  }

  /**
   * Takes on an answer, which begins at once or when there is room.
   *
   * @param owner who it is for; owners share what there is evenly
   * @throws BusyException if too many wait already
   * @throws IllegalArgumentException if the model cannot answer this request, or never in this
   *     memory
   * @throws ExactaException ERROR if the batcher is closed
   */
  public Generation begin(AnswerRequest request, Object owner) {
    model.require(request);
    int positions = AnswerSequence.positionsMax(request);
    if (positions > pages.positionsMax()) {
      throw new IllegalArgumentException(
          positions
              + " positions exceed the memory for keys and values, which holds "
              + pages.positionsMax());
    }
    AnswerSequence sequence = new AnswerSequence(model, request);
    SharedGeneration generation = new SharedGeneration(this, sequence, owner);
    if (sequence.isOver()) {
      return generation;
    }
    synchronized (this) {
      if (closed) {
        throw closedError();
      }
      if (waiting.size()
          >= limits.waitingMax() + Math.max(0, limits.runningMax() - running.size())) {
        throw new BusyException(waiting.size() + " answers wait for their turn already");
      }
      waiting.add(generation);
    }
    wake();
    return generation;
  }

  public BatchStatus status() {
    int runningNow;
    int waitingNow;
    synchronized (this) {
      runningNow = running.size();
      waitingNow = waiting.size();
    }
    PagePool.Status now = pages.status();
    long pageBytes = model.weights().shape().keyValues().pageBytes();
    return new BatchStatus(
        runningNow,
        waitingNow,
        now.allocated() * pageBytes,
        now.pagesMax() * pageBytes,
        now.used() + now.reserved(),
        now.kept(),
        now.positionsReused(),
        batch.draftsRight());
  }

  /** Something has changed that a step may have to look at. */
  void wake() {
    synchronized (this) {
      changed = true;
      if (stepping) {
        return;
      }
      stepping = true;
    }
    post();
  }

  private void post() {
    try {
      pool.post(Priority.REQUEST, this, this::step, this::fail);
    } catch (ExactaException e) {
      fail(e);
    }
  }

  private void step() {
    try {
      batch.compute(admit());
      if (goesOn()) {
        post();
      }
    } catch (RuntimeException | Error e) {
      fail(e); // those whose answers these were report it
    }
  }

  private synchronized boolean goesOn() {
    boolean room = removeOver() && !waiting.isEmpty();
    stepping = changed || room || running.stream().anyMatch(SharedGeneration::isReady);
    notifyAll();
    return stepping;
  }

  /** Lets answers go and come, and says whose turn it is. */
  private synchronized List<SharedGeneration> admit() {
    changed = false;
    removeOver();
    boolean room = true;
    while (room && running.size() < limits.runningMax() && !waiting.isEmpty()) {
      SharedGeneration next = nextToBegin();
      AnswerSequence sequence = next.sequence();
      Optional<PagePool.Lease> lease =
          pages.lease(sequence.positionsMax(), sequence.tokens(), sequence.count());
      room = lease.isPresent();
      if (room) {
        next.begin(lease.get());
        waiting.remove(next);
        running.add(next);
      }
    }
    return running.stream().filter(SharedGeneration::isReady).toList();
  }

  /** The first of the owner who has the fewest answers running. */
  private SharedGeneration nextToBegin() {
    SharedGeneration best = waiting.getFirst();
    long fewest = Long.MAX_VALUE;
    for (SharedGeneration candidate : waiting) {
      long count =
          running.stream().filter(other -> other.owner().equals(candidate.owner())).count();
      if (count < fewest) {
        fewest = count;
        best = candidate;
      }
    }
    return best;
  }

  /** True if one that ran was removed. */
  private synchronized boolean removeOver() {
    waiting.removeIf(SharedGeneration::isOver);
    boolean removed = false;
    for (Iterator<SharedGeneration> i = running.iterator(); i.hasNext(); ) {
      SharedGeneration generation = i.next();
      if (generation.isOver()) {
        i.remove();
        generation.release();
        removed = true;
      }
    }
    return removed;
  }

  private synchronized void fail(Throwable reason) {
    try {
      waiting.forEach(generation -> generation.fail(reason));
      running.forEach(generation -> generation.fail(reason));
      removeOver();
    } finally {
      stepping = false;
      notifyAll();
    }
  }

  /**
   * Gives up all answers; those who take their steps are told. Nothing is computed with the model
   * when this returns.
   */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      waiting.forEach(generation -> generation.fail(closedError()));
      running.forEach(generation -> generation.fail(closedError()));
    }
    wake();
    awaitLastStep();
  }

  private synchronized void awaitLastStep() {
    boolean interrupted = false;
    while (stepping) {
      try {
        wait();
      } catch (InterruptedException _) {
        interrupted = true; // a step is short
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static ExactaException closedError() {
    return ExactaException.error("this process is shutting down and answers no more");
  }
}
