package exacta.node;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Waits for the moment to stop, and stops what was started, last things first. Ctrl-C and SIGTERM
 * are such moments; the process ends when everything is closed, or after a grace time.
 */
public final class Shutdown implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(30);

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private final Thread hook;

  public Shutdown() {
    hook = Thread.ofPlatform().name("shutdown").unstarted(this::stopAndWait);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Is called by the JVM, which halts as soon as this returns. */
  private void stopAndWait() {
    asked.countDown();
    try {
      if (!closed.await(GRACE.toSeconds(), TimeUnit.SECONDS)) {
        System.err.println("exacta: not everything could be closed in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Remembers to close this; returns it. */
  public synchronized <T extends AutoCloseable> T opened(T part) {
    started.push(part);
    return part;
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
    while (!started.isEmpty()) {
      AutoCloseable part = started.pop();
      try {
        part.close();
      } catch (Exception e) {
        System.err.println(
            "exacta: " + part.getClass().getSimpleName() + " did not close cleanly: " + e);
      }
    }
    closed.countDown();
  }
}
