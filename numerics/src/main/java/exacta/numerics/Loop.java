package exacta.numerics;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Supplier;

/**
 * One loop of {@link Workers}. Each thread has a share of the pieces and takes them one by one in
 * ascending order, so that what it reads lies in one row, whose next bytes the processor fetches
 * ahead; a thread that has none left takes those at the end of another's share.
 *
 * <p>A core needs some 200 ns to see what another one wrote, so each waits for as little as
 * possible, and what two of them write to is in different lines of their caches.
 */
final class Loop {
  private enum State {
    GETTING_READY,
    STARTED,
    GIVEN_UP
  }

  /** Longs between two counters; processors fetch two lines at a time. */
  private static final int APART = 16;

  /** Where the turns that were run are counted; the first line has the array's length. */
  private static final int DONE = APART;

  /** Where the first share is. */
  private static final int SHARES = 2 * APART;

  private final Supplier<Workers.Range> bodies;
  private final int count;
  private final int grain;
  private final int threads;

  /**
   * The turns that were run; then for each thread those of its share that nobody took: the first in
   * the upper half, the end in the lower one.
   */
  private final AtomicLongArray counters;

  private volatile State state = State.GETTING_READY;
  private volatile Throwable failure;

  Loop(Supplier<Workers.Range> bodies, int count, int grain, int threads) {
    this.bodies = bodies;
    this.count = count;
    this.grain = grain;
    this.threads = threads;
    counters = new AtomicLongArray(SHARES + threads * APART);
    int pieces = Math.ceilDiv(count, grain);
    int start = 0;
    for (int i = 0; i < threads; i++) {
      int end = (int) Math.min(count, (long) pieces * (i + 1) / threads * grain);
      counters.setPlain(SHARES + i * APART, turns(start, end));
      start = end;
    }
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

  /** Lets the threads run turns; until then they only get ready. */
  void start() {
    state = State.STARTED;
  }

  /** No turn will be run. */
  void giveUp() {
    state = State.GIVEN_UP;
  }

  /**
   * The part of a thread. One that comes late finds all turns taken.
   *
   * @param thread its number; 0 is the caller's
   */
  void work(int thread) {
    if (counters.get(DONE) == count) {
      return;
    }
    Workers.Range body = body();
    long turns = take(thread, false); // before the wait, for it takes some time
    State reached;
    for (int spins = 0; (reached = state) == State.GETTING_READY; spins++) {
      pause(spins);
    }
    if (reached == State.GIVEN_UP) {
      return;
    }
    int mine = 0;
    while (from(turns) < to(turns)) {
      mine += run(body, turns);
      turns = take(thread, false);
    }
    add(mine); // before it looks at others' shares, for somebody may be waiting
    for (int i = 1; i < threads; i++) {
      while (from(turns = take((thread + i) % threads, true)) < to(turns)) {
        add(run(body, turns));
      }
    }
  }

  /** Not before a failure of one of these turns is known. */
  private void add(int turns) {
    if (turns > 0) {
      counters.getAndAdd(DONE, turns);
    }
  }

  /** Returns how many turns there were, whether they failed or not. */
  private int run(Workers.Range body, long turns) {
    try {
      body.run(from(turns), to(turns));
    } catch (Throwable e) {
      fail(e);
    }
    return to(turns) - from(turns);
  }

  private Workers.Range body() {
    try {
      return bodies.get();
    } catch (Throwable e) {
      fail(e);
      return (from, to) -> {};
    }
  }

  private void fail(Throwable e) {
    if (failure == null) {
      failure = e;
    }
  }

  /** Takes a piece of a thread's share; none if it is used up. */
  private long take(int thread, boolean atEnd) {
    int share = SHARES + thread * APART;
    while (true) {
      long left = counters.get(share);
      int from = from(left);
      int to = to(left);
      if (from == to) {
        return left;
      }
      int taken = Math.min(grain, to - from);
      long after = atEnd ? turns(from, to - taken) : turns(from + taken, to);
      if (counters.compareAndSet(share, left, after)) {
        return atEnd ? turns(to - taken, to) : turns(from, from + taken);
      }
    }
  }

  /**
   * One turn of waiting for another thread, which may have no core while this one keeps it: beside
   * a process that used both, short loops took six times as long when this never yielded.
   */
  private static void pause(int spins) {
    if (spins < Workers.SPINS) {
      Thread.onSpinWait();
    } else {
      Thread.yield();
    }
  }

  /** Waits for the turns that other threads took, and throws one of the failures. */
  void await() {
    for (int spins = 0; counters.get(DONE) < count; spins++) {
      pause(spins);
    }
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new AssertionError("a body throws nothing else", e);
    }
  }
}
