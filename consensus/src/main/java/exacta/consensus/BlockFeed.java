package exacta.consensus;

import exacta.primitives.Height;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Lets threads wait for blocks. */
final class BlockFeed {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private BlockHeader latest;
  private Optional<Throwable> failure = Optional.empty();
  private boolean ended;

  BlockFeed(BlockHeader latest) {
    this.latest = latest;
  }

  BlockHeader latest() {
    lock.lock();
    try {
      return latest;
    } finally {
      lock.unlock();
    }
  }

  void publish(BlockHeader header) {
    lock.lock();
    try {
      latest = header;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** No block will come any more. */
  void end(Optional<Throwable> cause) {
    lock.lock();
    try {
      ended = true;
      failure = cause;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Why no block comes any more, if something failed. */
  Optional<Throwable> failure() {
    lock.lock();
    try {
      return failure;
    } finally {
      lock.unlock();
    }
  }

  boolean isEnded() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  /** Whether there is a block of this height, waiting for it at most so long. */
  boolean await(Height height, Duration most) throws InterruptedException {
    long left = most.toNanos();
    lock.lock();
    try {
      while (latest.height().compareTo(height) < 0) {
        if (ended || left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** The same without a limit; false once no block will come any more. */
  boolean await(Height height) throws InterruptedException {
    return await(height, Duration.ofNanos(Long.MAX_VALUE));
  }
}
