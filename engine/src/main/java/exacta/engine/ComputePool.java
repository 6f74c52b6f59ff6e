package exacta.engine;

import exacta.numerics.Kernels;
import exacta.numerics.Workers;
import exacta.primitives.Check;
import exacta.primitives.ExactaException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The machine's cores, shared by all that compute in a process: one thread runs units of work one
 * after the other, each on all workers. The most urgent kind goes first; among units of one kind
 * their owners take turns, and an owner's units keep their order. Safe for many threads.
 */
public final class ComputePool implements AutoCloseable {
  /** Kinds of work, the most urgent first. */
  public enum Priority {
    REQUEST,
    AUDIT,
    NONCE
  }

  /** Units that may wait; each has a caller that waits, so more is a flood. */
  static final int WAITING_MAX = 4096;

  private final Workers workers;
  private final Kernels kernels;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();

  /** The owner at the head is next. */
  private final Map<Priority, Deque<OwnerQueue>> queues = new EnumMap<>(Priority.class);

  private final Thread thread;
  private int waiting;
  private boolean closed;

  /** One owner's units of one kind; never empty. */
  private record OwnerQueue(Object owner, Deque<Unit<?>> units) {}

  /**
   * Starts the pool.
   *
   * @param workers closed with the pool
   */
  public ComputePool(Workers workers) {
    this.workers = workers;
    kernels = Kernels.vector(workers);
    for (Priority priority : Priority.values()) {
      queues.put(priority, new ArrayDeque<>());
    }
    thread = Thread.ofPlatform().daemon().name("exacta-compute").start(this::serve);
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
    Unit<T> unit = new Unit<>(work);
    enqueue(priority, owner, unit);
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

  /** Units in the queue. */
  int waiting() {
    lock.lock();
    try {
      return waiting;
    } finally {
      lock.unlock();
    }
  }

  private void enqueue(Priority priority, Object owner, Unit<?> unit) {
    lock.lock();
    try {
      if (closed) {
        throw closedError();
      }
      if (waiting >= WAITING_MAX) {
        throw ExactaException.error(
            waiting + " units of work wait for a turn to compute; try again later");
      }
      waiting++;
      Deque<OwnerQueue> owners = queues.get(priority);
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
  private boolean remove(Priority priority, Unit<?> unit) {
    lock.lock();
    try {
      Deque<OwnerQueue> owners = queues.get(priority);
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
    for (Unit<?> unit = next(); unit != null; unit = next()) {
      unit.run();
    }
  }

  /** The unit whose turn it is; null when the pool is closed. */
  private Unit<?> next() {
    lock.lock();
    try {
      while (!closed) {
        for (Deque<OwnerQueue> owners : queues.values()) {
          if (!owners.isEmpty()) {
            OwnerQueue queue = owners.removeFirst();
            Unit<?> unit = queue.units().removeFirst();
            if (!queue.units().isEmpty()) {
              owners.addLast(queue);
            }
            waiting--;
            return unit;
          }
        }
        arrived.awaitUninterruptibly();
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** Lets the unit that runs finish, fails those that wait, and ends the workers. */
  @Override
  public void close() {
    Check.that(Thread.currentThread() != thread, "a unit of work does not close the pool");
    List<Unit<?>> left = new ArrayList<>();
    lock.lock();
    try {
      closed = true;
      for (Deque<OwnerQueue> owners : queues.values()) {
        owners.forEach(queue -> left.addAll(queue.units()));
        owners.clear();
      }
      waiting = 0;
      arrived.signal();
    } finally {
      lock.unlock();
    }
    left.forEach(unit -> unit.fail(closedError()));
    awaitEnd();
    workers.close();
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
  private static final class Unit<T> {
    private final Supplier<T> work;
    private final CountDownLatch done = new CountDownLatch(1);
    private T result;
    private Throwable failure;

    Unit(Supplier<T> work) {
      this.work = work;
    }

    void run() {
      try {
        result = work.get();
      } catch (RuntimeException | Error e) {
        failure = e; // the caller throws it
      } finally {
        done.countDown();
      }
    }

    void fail(RuntimeException reason) {
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
