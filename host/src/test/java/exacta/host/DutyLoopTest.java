package exacta.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DutyLoopTest {
  private final TestChain chain = new TestChain();
  private final ChainView view = new ChainView(chain);
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final HostLog log =
      new HostLog() {
        @Override
        public void missed(String duty, String why) {
          events.add("missed " + duty + ": " + why);
        }

        @Override
        public void retrying(String duty, String why, int failures) {
          events.add("failed");
        }
      };

  private DutyLoop loop(Duty... duties) {
    DutyLoop loop = new DutyLoop(view, List.of(() -> List.of(duties)), log);
    loop.start();
    return loop;
  }

  /** The next event; blocks come until there is one. */
  private String next() throws InterruptedException {
    String event = events.poll();
    while (event == null) {
      chain.height(chain.height() + 1);
      event = events.poll(20, TimeUnit.MILLISECONDS);
    }
    return event;
  }

  @Test
  void triesAgainUntilItIsDone() throws InterruptedException {
    AtomicInteger tries = new AtomicInteger();
    Duty duty =
        new Duty(
            "duty",
            1_000_000,
            () -> {
              int number = tries.incrementAndGet();
              events.add("try " + number);
              return number < 3 ? Duty.waiting("not yet") : Duty.done();
            });
    Duty other =
        new Duty(
            "other",
            1_000_000,
            () -> {
              events.add("other");
              return tries.get() < 3 ? Duty.waiting("not yet") : Duty.done();
            });
    try (DutyLoop _ = loop(duty, other)) {
      List<String> seen = new ArrayList<>();
      do {
        seen.add(next());
      } while (!seen.contains("try 3"));
      assertTrue(seen.indexOf("try 1") < seen.indexOf("try 2"));
    }
    assertEquals(3, tries.get(), "what is done is not tried again");
  }

  @Test
  void survivesFailuresAndSaysWhatItMissed() throws InterruptedException {
    Duty broken =
        new Duty(
            "broken",
            20,
            () -> {
              throw new IllegalStateException("broken");
            });
    try (DutyLoop _ = loop(broken)) {
      assertEquals("failed", next());
      String event;
      do {
        event = next();
      } while (event.equals("failed"));
      assertEquals("missed broken: java.lang.IllegalStateException: broken", event);
    }
  }

  @Test
  void doesNothingOnceItsWindowIsOver() throws InterruptedException {
    chain.height(10);
    view.advance(10);
    Duty late = new Duty("late", 10, Duty::done);
    Duty timely =
        new Duty(
            "timely",
            11,
            () -> {
              events.add("timely");
              return Duty.done();
            });
    try (DutyLoop _ = loop(late, timely)) {
      assertEquals("timely", events.take());
      assertTrue(events.isEmpty());
    }
  }
}
