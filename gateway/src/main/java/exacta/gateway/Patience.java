package exacta.gateway;

import exacta.primitives.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Ends waiting that takes too long: whoever waits says until when, and {@link #check} wakes those
 * whose time is over. Somebody must call it again and again. Safe for several threads.
 */
final class Patience {
  /** Somebody waits; closed when he does no more. */
  final class Wait implements AutoCloseable {
    private final Runnable wake;
    private final long until;
    private boolean over;
    private boolean closed;

    private Wait(Runnable wake, long until) {
      this.wake = wake;
      this.until = until;
    }

    /** Whether it took too long. */
    synchronized boolean isOver() {
      return over;
    }

    private synchronized void end() {
      if (!closed) {
        over = true;
        wake.run();
      }
    }

    /** When this returns nobody wakes him any more. */
    @Override
    public void close() {
      synchronized (waits) {
        waits.remove(this);
      }
      synchronized (this) {
        closed = true;
      }
    }
  }

  private final Clock clock;
  private final Set<Wait> waits = new HashSet<>();

  Patience(Clock clock) {
    this.clock = clock;
  }

  /**
   * Begins to wait for so long.
   *
   * @param wake ends the waiting; called at most once, and not when it is closed
   */
  Wait begin(Duration most, Runnable wake) {
    Wait wait = new Wait(wake, clock.millis() + most.toMillis());
    synchronized (waits) {
      waits.add(wait);
    }
    return wait;
  }

  /** How many wait. */
  int count() {
    synchronized (waits) {
      return waits.size();
    }
  }

  void check() {
    long now = clock.millis();
    List<Wait> over = new ArrayList<>();
    synchronized (waits) {
      waits.stream().filter(wait -> now >= wait.until).forEach(over::add);
      over.forEach(waits::remove);
    }
    over.forEach(Wait::end);
  }
}
