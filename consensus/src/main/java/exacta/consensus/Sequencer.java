package exacta.consensus;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Makes a block at every interval on a thread of its own. A block that is late is made at once;
 * those that were missed are not made up for.
 */
final class Sequencer {
  private final BlockMaker maker;
  private final long intervalNanos;
  private final Consumer<CommittedBlock> onBlock;
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition stopWanted = lock.newCondition();
  private final Thread thread;
  private boolean stopping;

  Sequencer(BlockMaker maker, Duration interval, Consumer<CommittedBlock> onBlock) {
    this.maker = maker;
    this.intervalNanos = interval.toNanos();
    this.onBlock = onBlock;
    this.thread = Thread.ofPlatform().name("exacta-sequencer").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      long due = System.nanoTime() + intervalNanos;
      while (awaitUntil(due)) {
        onBlock.accept(maker.make());
        due += intervalNanos;
        long now = System.nanoTime();
        if (due - now < 0) {
          due = now;
        }
      }
      stopped.complete(null);
    } catch (RuntimeException | Error e) {
      // A ledger that failed must not go on; whoever supervises us is told.
      stopped.completeExceptionally(e);
    }
  }

  /** Waits for this time of {@link System#nanoTime}; returns false if asked to stop before it. */
  private boolean awaitUntil(long due) {
    lock.lock();
    try {
      while (!stopping) {
        long left = due - System.nanoTime();
        if (left <= 0) {
          return true;
        }
        stopWanted.await(left, TimeUnit.NANOSECONDS);
      }
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts the sequencer", e);
    } finally {
      lock.unlock();
    }
  }

  /** Completes when the thread has ended, exceptionally if it failed. */
  CompletableFuture<Void> stopped() {
    return stopped.copy();
  }

  /** Lets the block that is being made be finished, makes no other, and waits for that. */
  void stop() {
    lock.lock();
    try {
      stopping = true;
      stopWanted.signalAll();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
