package exacta.engine;

import exacta.numerics.Kernels;
import exacta.numerics.Workers;
import exacta.primitives.Check;
import exacta.primitives.Clock;
import exacta.primitives.ExactaException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The machine's cores, shared by all that compute in a process: one thread runs units of work one
 * after the other, each on all workers. The most urgent kind goes first, but a kind that waits gets
 * an eighth of the time whatever is more urgent; among units of one kind their owners take turns,
 * and an owner's units keep their order. Safe for many threads.
 */
public final class ComputePool implements AutoCloseable {
  /** Kinds of work, the most urgent first. */
  public enum Priority {
    REQUEST,
    AUDIT,
    NONCE
  }

  /** Units that may wait when another is called; each has a caller that waits: more is a flood. */
  static final int WAITING_MAX = 4096;

  /** A kind that waits gets one of so many parts of the time. */
  private static final int SHARE = 8;

  private final Workers workers;
  private final Kernels kernels;
  private final LongSupplier nanoseconds;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();

  private final Map<Priority, Kind> kinds = new EnumMap<>(Priority.class);

  /** What waits is told when the compute thread fails; made while there is memory for it. */
  private final ExactaException failed =
      ExactaException.error("the thread that computes has failed; the log says why, start again");

  private final Thread thread;
  private int waiting;
  private boolean closed;

  /** The units of one kind that wait, and its claim to time. */
  private static final class Kind {
    /** The owner at the head is next. */
    final Deque<OwnerQueue> owners = new ArrayDeque<>();

    /** What its last unit took; one that is not known yet costs nothing. */
    long costNanos;

    /** What others took while it waited, since its last unit. */
    long waitedNanos;

    boolean isDue() {
      return !owners.isEmpty() && waitedNanos >= (SHARE - 1) * costNanos && waitedNanos > 0;
    }
  }

  /** One owner's units of one kind; never empty. */
  private record OwnerQueue(Object owner, Deque<Unit> units) {}

  /** Something to compute. */
  private interface Unit {
    void run();

    /** It never runs, or has thrown what it may not. */
    void fail(RuntimeException reason);
  }

  /** Work whose owner does not wait for it. */
  private record Posted(Runnable work, Consumer<RuntimeException> refused) implements Unit {
    @Override
    public void run() {
      work.run();
    }

    @Override
    public void fail(RuntimeException reason) {
      refused.accept(reason);
    }
  }

  /**
   * Starts the pool.
   *
   * @param workers closed with the pool
   */
  public ComputePool(Workers workers) {
    this(workers, Clock.NANOSECONDS);
  }

  ComputePool(Workers workers, LongSupplier nanoseconds) {
    this.workers = workers;
    this.nanoseconds = nanoseconds;
    kernels = Kernels.vector(workers);
    for (Priority priority : Priority.values()) {
      kinds.put(priority, new Kind());
    }
    thread = Thread.ofPlatform().daemon().name("exacta-compute").start(this::serve);
  }

  /** How long work takes, in nanoseconds. */
  LongSupplier nanoseconds() {
    return nanoseconds;
  }

  /** The kernels that use this pool's workers. */
  public Kernels kernels() {
    return kernels;
  }

  /**
   * Runs a unit of work in its turn and returns its result; what it throws is thrown here. A unit
   * is short, for nothing interrupts it, and starts no other. An interrupted caller leaves the
   * queue, or if its unit runs already, waits for the result; it stays interrupted.
   *
   * @param owner whose turn it is, by identity
   * @throws ExactaException ERROR if the pool is closed or full, or the caller was interrupted
   *     before the unit began
   */
  public <T> T call(Priority priority, Object owner, Supplier<T> work) {
    Check.that(Thread.currentThread() != thread, "a unit of work starts no other");
    Awaited<T> unit = new Awaited<>(work);
    enqueue(priority, owner, unit, WAITING_MAX);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return unit.await();
        } catch (InterruptedException _) {
          interrupted = true;
          if (remove(priority, unit)) {
            throw ExactaException.error("interrupted while waiting for a turn to compute");
          }
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Runs a unit of work in its turn, while nobody waits for it; a unit may do so for the next.
   * Takes it however many wait: an owner posts its next unit when the last one has run.
   *
   * @param owner whose turn it is, by identity
   * @param work throws nothing
   * @param refused called if the pool is closed before the unit begins, or if it throws
   * @throws ExactaException ERROR if the pool is closed
   */
  void post(Priority priority, Object owner, Runnable work, Consumer<RuntimeException> refused) {
    enqueue(priority, owner, new Posted(work, refused), Integer.MAX_VALUE);
  }

  /** Units in the queue. */
  int waiting() {
    lock.lock();
    try {
      return waiting;
    } finally {
      lock.unlock();
    }
  }

  private void enqueue(Priority priority, Object owner, Unit unit, int waitingMax) {
    lock.lock();
    try {
      if (closed) {
        throw closedError();
      }
      if (waiting >= waitingMax) {
        throw ExactaException.error(
            waiting + " units of work wait for a turn to compute; try again later");
      }
      waiting++;
      Deque<OwnerQueue> owners = kinds.get(priority).owners;
      for (OwnerQueue queue : owners) {
        if (queue.owner() == owner) {
          queue.units().addLast(unit);
          return;
        }
      }
      owners.addLast(new OwnerQueue(owner, new ArrayDeque<>(List.of(unit))));
      arrived.signal();
    } finally {
      lock.unlock();
    }
  }

  /** True if the unit had not begun and now never will. */
  private boolean remove(Priority priority, Unit unit) {
    lock.lock();
    try {
      Deque<OwnerQueue> owners = kinds.get(priority).owners;
      for (OwnerQueue queue : owners) {
        if (queue.units().remove(unit)) {
          waiting--;
          if (queue.units().isEmpty()) {
            owners.removeIf(other -> other == queue);
          }
          return true;
        }
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void serve() {
    try {
      for (Turn turn = next(); turn != null; turn = next()) {
        long start = nanoseconds.getAsLong();
        run(turn.unit());
        account(turn.priority(), nanoseconds.getAsLong() - start);
      }
    } finally {
      refuseAll(failed); // if memory ran out, nobody may wait for a thread that has ended
    }
  }

  private void run(Unit unit) {
    try {
      unit.run();
    } catch (RuntimeException | Error e) {
      unit.fail(failed);
      throw e;
    }
  }

  private record Turn(Priority priority, Unit unit) {}

  /** The unit whose turn it is; null when the pool is closed. */
  private Turn next() {
    lock.lock();
    try {
      while (!closed) {
        Optional<Priority> priority = nextPriority();
        if (priority.isPresent()) {
          waiting--;
          return new Turn(priority.get(), take(kinds.get(priority.get()).owners));
        }
        arrived.awaitUninterruptibly();
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** The most urgent kind that waits, unless another one has waited long enough. */
  private Optional<Priority> nextPriority() {
    List<Priority> waits =
        kinds.keySet().stream().filter(kind -> !kinds.get(kind).owners.isEmpty()).toList();
    return waits.stream()
        .skip(1)
        .filter(kind -> kinds.get(kind).isDue())
        .findFirst()
        .or(() -> waits.stream().findFirst());
  }

  private static Unit take(Deque<OwnerQueue> owners) {
    OwnerQueue queue = owners.removeFirst();
    Unit unit = queue.units().removeFirst();
    if (!queue.units().isEmpty()) {
      owners.addLast(queue);
    }
    return unit;
  }

  private void account(Priority ran, long nanos) {
    lock.lock();
    try {
      kinds.forEach((priority, kind) -> {
        if (priority == ran) {
          kind.costNanos = nanos;
          kind.waitedNanos = 0;
        } else if (!kind.owners.isEmpty()) {
          kind.waitedNanos += nanos;
        }
      });
    } finally {
      lock.unlock();
    }
  }

  /** Lets the unit that runs finish, fails those that wait, and ends the workers. */
  @Override
  public void close() {
    Check.that(Thread.currentThread() != thread, "a unit of work does not close the pool");
    refuseAll(closedError());
    awaitEnd();
    workers.close();
  }

  private void refuseAll(RuntimeException reason) {
    lock.lock();
    try {
      closed = true;
      arrived.signal();
    } finally {
      lock.unlock();
    }
    takeAll().forEach(unit -> unit.fail(reason));
  }

  private List<Unit> takeAll() {
    List<Unit> left = new ArrayList<>();
    lock.lock();
    try {
      for (Kind kind : kinds.values()) {
        kind.owners.forEach(queue -> left.addAll(queue.units()));
        kind.owners.clear();
      }
      waiting = 0;
      return left;
    } finally {
      lock.unlock();
    }
  }

  private void awaitEnd() {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        interrupted = true; // a unit is short
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static ExactaException closedError() {
    return ExactaException.error("the process is shutting down and computes no more");
  }

  /** Work and, later, its outcome. */
  private static final class Awaited<T> implements Unit {
    private final Supplier<T> work;
    private final CountDownLatch done = new CountDownLatch(1);
    private T result;
    private Throwable failure;

    Awaited(Supplier<T> work) {
      this.work = work;
    }

    @Override
    public void run() {
      try {
        result = work.get();
      } catch (RuntimeException | Error e) {
        failure = e; // the caller throws it
      } finally {
        done.countDown();
      }
    }

    @Override
    public void fail(RuntimeException reason) {
      failure = reason;
      done.countDown();
    }

    T await() throws InterruptedException {
      done.await();
      switch (failure) {
        case null -> {
          return result;
        }
        case Error error -> throw error;
        case RuntimeException exception -> throw exception;
        default -> throw new AssertionError("a supplier throws nothing else", failure);
      }
    }
  }
}
