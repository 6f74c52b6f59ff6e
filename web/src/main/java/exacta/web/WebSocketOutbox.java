package exacta.web;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What waits to be sent to one client, within bounds: those who put texts in wait for room, and not
 * for ever. Of pongs only the newest waits. After a close frame nothing is taken any more. Safe for
 * several threads.
 */
final class WebSocketOutbox {
  /** What became of a text. */
  enum Put {
    QUEUED,
    /** The socket ends, or has ended. */
    CLOSED,
    /** In all that time the client did not read enough. */
    TOO_SLOW
  }

  private final long bytesMax;
  private final long patienceNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<byte[]> texts = new ArrayDeque<>();
  private long bytes;
  private Optional<WebSocketFrame> pong = Optional.empty();
  private Optional<WebSocketFrame> last = Optional.empty();

  /**
   * @param bytesMax of texts that wait; one that is larger waits alone
   * @param patience how long one who puts a text in waits for room
   */
  WebSocketOutbox(long bytesMax, Duration patience) {
    this.bytesMax = bytesMax;
    this.patienceNanos = patience.toNanos();
  }

  Put put(byte[] utf8) {
    long left = patienceNanos;
    lock.lock();
    try {
      while (last.isEmpty() && bytes > 0 && bytes + utf8.length > bytesMax) {
        if (left <= 0) {
          return Put.TOO_SLOW;
        }
        left = changed.awaitNanos(left);
      }
      if (last.isPresent()) {
        return Put.CLOSED;
      }
      texts.add(utf8);
      bytes += utf8.length;
      changed.signalAll();
      return Put.QUEUED;
    } catch (InterruptedException e) {
      // Whoever interrupts ends this socket's threads.
      Thread.currentThread().interrupt();
      return Put.CLOSED;
    } finally {
      lock.unlock();
    }
  }

  void pong(byte[] payload) {
    lock.lock();
    try {
      pong = Optional.of(WebSocketFrame.pong(payload));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Puts the last frame in, in place of all that waits; false if there is one already. */
  boolean close(WebSocketFrame frame) {
    lock.lock();
    try {
      if (last.isPresent()) {
        return false;
      }
      last = Optional.of(frame);
      texts.clear();
      bytes = 0;
      changed.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    lock.lock();
    try {
      return last.isPresent();
    } finally {
      lock.unlock();
    }
  }

  /** What is to be sent next; nothing if there is nothing for so long. */
  Optional<WebSocketFrame> take(Duration most) throws InterruptedException {
    long left = most.toNanos();
    lock.lock();
    try {
      while (last.isEmpty() && pong.isEmpty() && texts.isEmpty()) {
        if (left <= 0) {
          return Optional.empty();
        }
        left = changed.awaitNanos(left);
      }
      return Optional.of(first());
    } finally {
      lock.unlock();
    }
  }

  private WebSocketFrame first() {
    if (last.isPresent()) {
      return last.get();
    }
    if (pong.isPresent()) {
      WebSocketFrame frame = pong.get();
      pong = Optional.empty();
      return frame;
    }
    byte[] text = texts.remove();
    bytes -= text.length;
    changed.signalAll();
    return WebSocketFrame.text(text);
  }
}
