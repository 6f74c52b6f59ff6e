package exacta.gateway;

import exacta.primitives.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that moves when it is told to. */
final class ManualClock implements Clock {
  private final AtomicLong now = new AtomicLong(1_700_000_000_000L);

  @Override
  public long millis() {
    return now.get();
  }

  void advance(Duration by) {
    now.addAndGet(by.toMillis());
  }
}
