package exacta.numerics;

import exacta.primitives.Check;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A fixed pool for loops whose turns are independent: the calling thread and {@code threads - 1}
 * daemon workers. Loops of several callers run one after the other. No result may depend on how
 * many threads there are or which of them takes a turn.
 */
public final class Workers implements AutoCloseable {
  /** The body of a loop: turns {@code from} to {@code to - 1}. */
  @FunctionalInterface
  public interface Range {
    void run(int from, int to);
  }

  /** One loop; a worker that comes late finds its counter used up. */
  private record Job(Range body, int count, int grain, AtomicInteger next, AtomicInteger done) {
    void work() {
      int from;
      while ((from = next.getAndAdd(grain)) < count) {
        int to = Math.min(from + grain, count);
        try {
          body.run(from, to);
        } finally {
          done.getAndAdd(to - from);
        }
      }
    }
  }

  /** Turns of waiting for work before a worker parks; some 50 microseconds. */
  private static final int SPINS = 2000;

  private final Thread[] threads;
  private final ReentrantLock turn = new ReentrantLock();
  private volatile Job job =
      new Job((from, to) -> {}, 0, 1, new AtomicInteger(), new AtomicInteger());
  private volatile boolean closed;
  private volatile Throwable failure;

  /**
   * Starts the workers.
   *
   * @param threads including the caller's, at least 1
   */
  public Workers(int threads) {
    Check.that(threads >= 1, "there is at least the caller's thread");
    this.threads = new Thread[threads - 1];
    for (int i = 0; i < threads - 1; i++) {
      this.threads[i] = Thread.ofPlatform().daemon().name("exacta-worker-" + i).start(this::serve);
    }
  }

  /** Threads that share a loop, the caller's included. */
  public int threads() {
    return threads.length + 1;
  }

  /**
   * Runs turns 0 to count - 1, cut into pieces of at most {@code grain}, and returns when all are
   * done. The body must not start another loop.
   */
  public void forRange(int count, int grain, Range body) {
    if (threads.length == 0 || count <= grain) {
      body.run(0, count);
      return;
    }
    turn.lock();
    try {
      Check.that(!closed, "the pool is open");
      Job mine = new Job(body, count, grain, new AtomicInteger(), new AtomicInteger());
      job = mine;
      for (Thread thread : threads) {
        LockSupport.unpark(thread);
      }
      mine.work();
      while (mine.done.get() < count) {
        Thread.onSpinWait();
      }
      if (failure != null) {
        throw new AssertionError("a worker failed", failure);
      }
    } finally {
      turn.unlock();
    }
  }

  /** Cuts the loop into one piece for each thread: for bodies that stream through memory. */
  public void forShares(int count, Range body) {
    forRange(count, Math.max(1, Math.ceilDiv(count, threads())), body);
  }

  private void serve() {
    Job last = job;
    while (!closed) {
      Job current = awaitOther(last);
      try {
        current.work();
      } catch (RuntimeException | Error e) {
        failure = e; // the caller of the loop throws it
      }
      last = current;
    }
  }

  private Job awaitOther(Job last) {
    int spins = 0;
    while (job == last && !closed) {
      if (spins++ < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.park(this);
      }
    }
    return job;
  }

  /** Ends the workers, after the loop that runs. */
  @Override
  public void close() {
    turn.lock();
    try {
      closed = true;
    } finally {
      turn.unlock();
    }
    for (Thread thread : threads) {
      LockSupport.unpark(thread);
    }
  }
}
