package exacta.numerics;

import exacta.primitives.Check;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
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
  private record Job(
      Range body,
      int count,
      int grain,
      AtomicInteger next,
      AtomicInteger done,
      AtomicReference<Throwable> failure) {

    static Job of(Range body, int count, int grain) {
      return new Job(
          body, count, grain, new AtomicInteger(), new AtomicInteger(), new AtomicReference<>());
    }

    void work() {
      int from;
      while ((from = next.getAndAdd(grain)) < count) {
        int to = Math.min(from + grain, count);
        try {
          body.run(from, to);
        } catch (RuntimeException | Error e) {
          failure.compareAndSet(null, e);
        } finally {
          done.getAndAdd(to - from); // not before the failure is known
        }
      }
    }

    /** Once all turns are done. */
    void rethrow() {
      switch (failure.get()) {
        case null -> {}
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case Throwable e -> throw new AssertionError("a body throws nothing else", e);
      }
    }
  }

  /** Values that are not worth another thread. */
  private static final int ALONE = 1 << 13;

  /** Turns of waiting for work before a worker parks; some 50 microseconds. */
  private static final int SPINS = 2000;

  private final Thread[] threads;
  private final ReentrantLock turn = new ReentrantLock();
  private volatile Job job = Job.of((from, to) -> {}, 0, 1);
  private volatile boolean closed;

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
   * done. The body must not start another loop. If a turn throws, the others still end before the
   * first failure is thrown here: none of them may write later into what is used again.
   */
  public void forRange(int count, int grain, Range body) {
    if (threads.length == 0 || count <= grain) {
      body.run(0, count);
      return;
    }
    turn.lock();
    try {
      Check.that(!closed, "the pool is open");
      Job mine = Job.of(body, count, grain);
      job = mine;
      for (Thread thread : threads) {
        LockSupport.unpark(thread);
      }
      mine.work();
      while (mine.done.get() < count) {
        Thread.onSpinWait();
      }
      mine.rethrow();
    } finally {
      turn.unlock();
    }
  }

  /**
   * Cuts the loop into pieces of at least some values, for threads do not start for nothing, and at
   * most one for each thread.
   *
   * @param valuesEach that a turn computes
   */
  void forValues(int count, int valuesEach, Range body) {
    int least = Math.ceilDiv(ALONE, valuesEach);
    forRange(count, Math.max(least, Math.ceilDiv(count, threads())), body);
  }

  /** Cuts the loop into one piece for each thread: for bodies that stream through memory. */
  public void forShares(int count, Range body) {
    forRange(count, Math.max(1, Math.ceilDiv(count, threads())), body);
  }

  private void serve() {
    Job last = job;
    while (!closed) {
      Job current = awaitOther(last);
      current.work();
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
