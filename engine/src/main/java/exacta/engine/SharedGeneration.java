package exacta.engine;

import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/**
 * An answer that a {@link Batcher} computes, ahead of whoever takes its steps, but not far. The
 * batcher's thread computes; one other thread takes; any may close.
 */
final class SharedGeneration implements Generation {
  /**
   * While so many steps wait to be taken there is no turn, so that one more pass may still follow:
   * a reader that is late for a moment costs none.
   */
  private static final int AHEAD_MAX = 16;

  private final Batcher batcher;
  private final AnswerSequence sequence;
  private final Object owner;

  /** Belongs to the batcher's thread. */
  private Optional<PagePool.Lease> lease = Optional.empty();

  private final Queue<Outcome> outcomes = new ArrayDeque<>();
  private Digest32 digest;
  private Optional<Step.Ended> last = Optional.empty();
  private Optional<Throwable> failure = Optional.empty();
  private boolean closed;

  SharedGeneration(Batcher batcher, AnswerSequence sequence, Object owner) {
    this.batcher = batcher;
    this.sequence = sequence;
    this.owner = owner;
    digest = sequence.digest();
    if (sequence.isOver()) {
      last = Optional.of(sequence.end());
    }
  }

  AnswerSequence sequence() {
    return sequence;
  }

  Object owner() {
    return owner;
  }

  void begin(PagePool.Lease pages) {
    lease = Optional.of(pages);
  }

  PagePool.Lease lease() {
    return lease.orElseThrow();
  }

  /** Gives the memory back. */
  void release() {
    lease.ifPresent(PagePool.Lease::close);
    lease = Optional.empty();
  }

  /** True if it needs no further turn. */
  synchronized boolean isOver() {
    return closed || failure.isPresent() || last.isPresent();
  }

  /** False while whoever takes the steps is too far behind. */
  synchronized boolean isReady() {
    return !isOver() && outcomes.size() < AHEAD_MAX;
  }

  synchronized void deliver(Step step) {
    outcomes.add(new Outcome(step, sequence.digest()));
    if (sequence.isOver()) {
      last = Optional.of(sequence.end());
    }
    notifyAll();
  }

  synchronized void fail(Throwable reason) {
    failure = Optional.of(reason);
    notifyAll();
  }

  /**
   * Waits for the next step.
   *
   * @throws ExactaException ERROR if the answer was given up, here or by the batcher, or the thread
   *     was interrupted, which gives it up; the thread stays interrupted
   */
  @Override
  public Step step() {
    Optional<Outcome> outcome = Optional.empty();
    boolean interrupted;
    boolean late;
    synchronized (this) {
      interrupted = !await();
      late = outcomes.size() == AHEAD_MAX;
      if (!interrupted) {
        if (outcomes.isEmpty()) {
          return last.orElseThrow(this::givenUp);
        }
        outcome = Optional.of(outcomes.remove());
        digest = outcome.get().digest();
      }
    }
    // Without our lock: the batcher takes it while it has its own.
    if (late || interrupted) {
      batcher.wake();
    }
    return outcome
        .map(Outcome::step)
        .orElseThrow(
            () -> ExactaException.error("interrupted while waiting for a turn to compute"));
  }

  /** Waits until there is something to take or nothing comes; false if it was interrupted. */
  private boolean await() {
    while (outcomes.isEmpty() && !isOver()) {
      try {
        wait();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        closed = true;
        return false;
      }
    }
    if (closed) {
      outcomes.clear();
      last = Optional.empty();
    }
    return true;
  }

  private RuntimeException givenUp() {
    return switch (failure.orElse(null)) {
      case null -> ExactaException.error("the answer was given up");
      case ExactaException error -> ExactaException.error(error.getMessage());
      case Throwable error ->
          new IllegalStateException("the batch that computed this answer failed", error);
    };
  }

  @Override
  public synchronized Digest32 digest() {
    return digest;
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    batcher.wake();
  }
}
