package exacta.numerics;

import exacta.primitives.Check;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A fixed pool for loops whose turns are independent: the calling thread and {@code threads - 1}
 * daemon workers. Loops of several callers run one after the other, but for those that their caller
 * runs alone. No result may depend on how many threads there are or which of them takes a turn.
 *
 * <p>A decoded token takes some 150 loops of ten microseconds, so what a loop costs counts.
 */
public final class Workers implements AutoCloseable {
  /** The body of a loop: turns {@code from} to {@code to - 1}. */
  @FunctionalInterface
  public interface Range {
    void run(int from, int to);
  }

  /** Values that are not worth another thread. */
  private static final int ALONE = 1 << 13;

  /**
   * Loops until the JIT compiler has met the kernels: three or four passes of the default model.
   */
  static final int COLD_LOOPS = 600;

  /**
   * Turns of waiting before a thread leaves its core to others: a worker without work parks; some
   * 50 microseconds.
   */
  static final int SPINS = 2000;

  private final Worker[] workers;
  private final ReentrantLock turn = new ReentrantLock();
  private final Loop none = new Loop(() -> null, 0, 1, 1);
  private volatile Loop loop = none;
  private volatile boolean closed;

  /** Loops that are still to be the caller's alone; a count that threads lose is of no account. */
  private int coldLoops;

  /**
   * Starts the workers.
   *
   * @param threads including the caller's, at least 1
   */
  public Workers(int threads) {
    this(threads, 0);
  }

  /**
   * For a process that has just begun. Of two threads, the caller's runs the first loops alone: the
   * JIT compiler has more use for the other core than code that it has not met yet. Where there are
   * more, it finds one.
   */
  public static Workers ofColdProcess(int threads) {
    return new Workers(threads, threads == 2 ? COLD_LOOPS : 0);
  }

  private Workers(int threads, int coldLoops) {
    this.coldLoops = coldLoops;
    Check.that(threads >= 1, "there is at least the caller's thread");
    workers = IntStream.range(1, threads).mapToObj(Worker::new).toArray(Worker[]::new);
    for (Worker worker : workers) {
      worker.thread.start();
    }
  }

  /** Threads that share a loop, the caller's included. */
  public int threads() {
    return workers.length + 1;
  }

  /**
   * Runs turns 0 to count - 1, cut into pieces of at most {@code grain} unless the calling thread
   * runs all of them, and returns when all are done. The body must not start another loop. If a
   * turn throws, the others still end before one of the failures is thrown here: none of them may
   * write later into what is used again.
   */
  public void forRange(int count, int grain, Range body) {
    forRange(count, grain, () -> {}, () -> body);
  }

  /**
   * A loop before which the calling thread has something to do, while the others get ready.
   *
   * @param before ends before the first turn. If it throws, no turn is run.
   * @param bodies gives each thread its own, beside {@code before} and even after the loop: it
   *     writes nowhere and reads nothing that changes. Neither of the two may start a loop.
   */
  void forRange(int count, int grain, Runnable before, Supplier<Range> bodies) {
    if (workers.length == 0 || count <= grain || isCold()) {
      before.run();
      bodies.get().run(0, count);
    } else {
      share(count, grain, before, bodies);
    }
  }

  private boolean isCold() {
    if (coldLoops > 0) {
      coldLoops--;
      return true;
    }
    return false;
  }

  private void share(int count, int grain, Runnable before, Supplier<Range> bodies) {
    turn.lock();
    try {
      Check.that(!closed, "the pool is open");
      Loop mine = new Loop(bodies, count, grain, threads());
      loop = mine;
      prepare(mine, before);
      mine.work(0);
      mine.await();
    } finally {
      turn.unlock();
    }
  }

  private void prepare(Loop mine, Runnable before) {
    try {
      for (Worker worker : workers) {
        worker.wake();
      }
      before.run();
    } catch (Throwable e) {
      mine.giveUp();
      throw e;
    }
    mine.start();
  }

  /**
   * Cuts the loop into pieces of at least some values, for threads do not start for nothing, and at
   * most one for each thread.
   *
   * @param valuesEach that a turn computes
   */
  void forValues(int count, int valuesEach, Range body) {
    forRange(count, Math.max(least(valuesEach), Math.ceilDiv(count, threads())), body);
  }

  /** Whether such a loop is one, or the calling thread runs it alone. */
  boolean isLoop(int count, int valuesEach) {
    return workers.length > 0 && count > least(valuesEach);
  }

  private static int least(int valuesEach) {
    return Math.ceilDiv(ALONE, valuesEach);
  }

  /**
   * Cuts the loop into one piece for each thread, in a cold process, too: for bodies that stream
   * through memory.
   */
  public void forShares(int count, Range body) {
    int grain = Math.max(1, Math.ceilDiv(count, threads()));
    if (workers.length == 0 || count <= grain) {
      body.run(0, count);
    } else {
      share(count, grain, () -> {}, () -> body);
    }
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
    for (Worker worker : workers) {
      worker.wake();
    }
  }

  private final class Worker {
    private final int number;
    private final Thread thread;

    /**
     * Set before it looks for the last time whether there is something to do; {@link #wake} looks
     * at it after there is, so that one of the two sees the other.
     */
    private volatile boolean parks;

    /**
     * @param number from 1; 0 is the caller's thread
     */
    Worker(int number) {
      this.number = number;
      thread =
          Thread.ofPlatform().daemon().name("exacta-worker-" + (number - 1)).unstarted(this::serve);
    }

    /** After there is something to do. */
    void wake() {
      if (parks) {
        LockSupport.unpark(thread);
      }
    }

    private void serve() {
      Loop last = none;
      while (true) {
        Loop next = awaitOther(last);
        if (next == last) {
          return; // closed
        }
        next.work(number);
        last = next;
      }
    }

    /** The next loop; the last one again if there will be none. */
    private Loop awaitOther(Loop last) {
      int spins = 0;
      while (loop == last && !closed) {
        if (spins++ < SPINS) {
          Thread.onSpinWait();
        } else {
          parks = true;
          if (loop == last && !closed) {
            LockSupport.park(Workers.this);
          }
          parks = false;
        }
      }
      return loop;
    }
  }
}
