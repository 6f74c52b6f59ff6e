package exacta.numerics;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Supplier;

/**
 * One loop of {@link Workers}. Each thread has a share of the turns and takes them in ascending
 * order, so that what it reads lies in one piece, whose next bytes the processor fetches ahead:
 * half of what is left each time, for calls cost, too. A thread that has none left takes a piece at
 * the end of another's share.
 *
 * <p>Cores need some 200 ns to see what another one wrote, so each waits for as little as possible.
 */
final class Loop {
  private enum State {
    GETTING_READY,
    STARTED,
    GIVEN_UP
  }

  /** Shares lie so far apart that no two threads write to the same lines of their caches. */
  private static final int APART = 16;

  private final Supplier<Workers.Range> bodies;
  private final int count;
  private final int grain;
  private final int threads;

  /**
   * For each thread the turns that nobody took: the first in the upper half, the end in the lower
   * one.
   */
  private final AtomicLongArray shares;

  private final AtomicInteger done = new AtomicInteger();
  private volatile State state = State.GETTING_READY;
  private volatile Throwable failure;

  Loop(Supplier<Workers.Range> bodies, int count, int grain, int threads) {
    this.bodies = bodies;
    this.count = count;
    this.grain = grain;
    this.threads = threads;
    shares = new AtomicLongArray(threads * APART);
    int pieces = Math.ceilDiv(count, grain);
    int start = 0;
    for (int i = 0; i < threads; i++) {
      int end = (int) Math.min(count, (long) pieces * (i + 1) / threads * grain);
      shares.setPlain(i * APART, turns(start, end));
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

  /** No turn will be taken. */
  void giveUp() {
    state = State.GIVEN_UP;
  }

  /** The part of a thread, from 0. One that comes late finds all turns taken. */
  void work(int thread) {
    Workers.Range body = body();
    long turns = take(thread * APART, false);
    State reached;
    while ((reached = state) == State.GETTING_READY) {
      Thread.onSpinWait();
    }
    if (reached == State.GIVEN_UP) {
      return;
    }
    int mine = 0;
    while (from(turns) < to(turns)) {
      mine += run(body, turns);
      turns = take(thread * APART, false);
    }
    done.getAndAdd(mine); // not before a failure is known
    for (int i = 1; i < threads; i++) {
      int share = (thread + i) % threads * APART;
      while (from(turns = take(share, true)) < to(turns)) {
        done.getAndAdd(run(body, turns));
      }
    }
  }

  /** Returns how many turns were run, whether they failed or not. */
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

  /** Takes a piece of a share; none if it is used up. */
  private long take(int share, boolean atEnd) {
    while (true) {
      long left = shares.get(share);
      int from = from(left);
      int to = to(left);
      if (from == to) {
        return left;
      }
      int taken = atEnd ? Math.min(grain, to - from) : half(to - from);
      long after = atEnd ? turns(from, to - taken) : turns(from + taken, to);
      if (shares.compareAndSet(share, left, after)) {
        return atEnd ? turns(to - taken, to) : turns(from, from + taken);
      }
    }
  }

  /** Half of some turns, rounded up to whole pieces. */
  private int half(int turns) {
    int pieces = Math.ceilDiv(turns, grain);
    return Math.min(turns, Math.ceilDiv(pieces, 2) * grain);
  }

  /** Waits for the turns that other threads took, and throws a failure of one of all. */
  void await() {
    while (done.get() < count) {
      Thread.onSpinWait();
    }
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new AssertionError("a body throws nothing else", e);
    }
  }
}
