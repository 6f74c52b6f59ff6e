package exacta.node;

import exacta.primitives.ExactaException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Waits for the moment to stop, and stops what was started, last things first. Ctrl-C and SIGTERM
 * are such moments. Safe for several threads.
 */
public final class Shutdown implements AutoCloseable {
  private final CountDownLatch asked = new CountDownLatch(1);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private boolean closed;

  public Shutdown() {
    // The JVM halts as soon as its hooks have returned, whatever other threads wait for.
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(this::close));
  }

  /**
   * Remembers to close this; returns it.
   *
   * @throws ExactaException if everything was closed meanwhile; then this is, too
   */
  public <T extends AutoCloseable> T opened(T part) {
    synchronized (this) {
      if (!closed) {
        started.push(part);
        return part;
      }
    }
    close(part);
    throw ExactaException.error("stopped while starting");
  }

  /** Asks for the end. */
  public void stop() {
    asked.countDown();
  }

  /** Asks for the end because something failed; the first failure is kept. */
  public void fail(Throwable cause) {
    failure.compareAndSet(null, cause);
    asked.countDown();
  }

  public boolean isAsked() {
    return asked.getCount() == 0;
  }

  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure.get());
  }

  /** Waits until someone asks for the end. */
  public void await() throws InterruptedException {
    asked.await();
  }

  /** Waits so long at most; returns whether someone asked. */
  public boolean await(Duration most) throws InterruptedException {
    return asked.await(most.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Closes everything; what fails while closing does not keep the rest from it. */
  @Override
  public synchronized void close() {
    asked.countDown();
    closed = true;
    while (!started.isEmpty()) {
      close(started.pop());
    }
  }

  private static void close(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      System.err.println(
          "exacta: " + part.getClass().getSimpleName() + " did not close cleanly: " + e);
    }
  }
}
