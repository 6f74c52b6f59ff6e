package exacta.numerics;

import exacta.primitives.Check;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
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

  /**
   * One loop. Each thread has a share of the turns and takes them in ascending order, so that what
   * it reads lies in one piece, whose next bytes the processor fetches ahead; a thread that has
   * none left takes those at the end of another's share.
   *
   * @param shares for each thread the turns that nobody took: the first in the upper half, the end
   *     in the lower one
   */
  private record Job(
      Range body,
      int count,
      int grain,
      AtomicLongArray shares,
      AtomicInteger done,
      AtomicReference<Throwable> failure) {

    static Job of(Range body, int count, int grain, int threads) {
      AtomicLongArray shares = new AtomicLongArray(threads);
      int pieces = Math.ceilDiv(count, grain);
      int start = 0;
      for (int i = 0; i < threads; i++) {
        int end = (int) Math.min(count, (long) pieces * (i + 1) / threads * grain);
        shares.setPlain(i, turns(start, end));
        start = end;
      }
      return new Job(body, count, grain, shares, new AtomicInteger(), new AtomicReference<>());
    }

    private static long turns(int from, int to) {
      return (long) from << Integer.SIZE | to;
    }

    private static int from(long turns) {
      return (int) (turns >>> Integer.SIZE);
    }

    private static int to(long turns) {
      return (int) turns;
    }

    /** The part of a thread, from 0. One that comes late finds all turns taken. */
    void work(int thread) {
      int mine = 0;
      for (int i = 0; i < shares.length(); i++) {
        int share = (thread + i) % shares.length();
        long turns;
        while (from(turns = take(share, i > 0)) < to(turns)) {
          try {
            body.run(from(turns), to(turns));
          } catch (Throwable e) {
            failure.compareAndSet(null, e);
          }
          mine += to(turns) - from(turns);
        }
      }
      done.getAndAdd(mine); // not before a failure is known
    }

    /** Takes a piece of a share; none if it is used up. */
    private long take(int share, boolean atEnd) {
      while (true) {
        long left = shares.get(share);
        int from = from(left);
        int to = to(left);
        int count = Math.min(grain, to - from);
        long after = atEnd ? turns(from, to - count) : turns(from + count, to);
        if (shares.compareAndSet(share, left, after)) {
          return atEnd ? turns(to - count, to) : turns(from, from + count);
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
  private volatile Job job = Job.of((from, to) -> {}, 0, 1, 1);
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
      int thread = i + 1;
      this.threads[i] =
          Thread.ofPlatform().daemon().name("exacta-worker-" + i).start(() -> serve(thread));
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
      Job mine = Job.of(body, count, grain, threads());
      job = mine;
      for (Thread thread : threads) {
        LockSupport.unpark(thread);
      }
      mine.work(0);
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

  private void serve(int thread) {
    Job last = job;
    while (!closed) {
      Job current = awaitOther(last);
      current.work(thread);
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
