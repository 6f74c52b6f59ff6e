package exacta.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.ExactaException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ChainWatchTest {
  private final FakeChain chain = new FakeChain();
  private final AtomicLong time = new AtomicLong(1_000_000);
  private final ChainWatch watch = new ChainWatch(chain, time::get, 10_000);

  @Test
  void manyViewersCostOneQuery() {
    for (int i = 0; i < 100; i++) {
      watch.latest();
    }
    assertEquals(1, chain.networkQueries.get());
  }

  @Test
  void aChainWithoutANewBlockIsAskedForItsHeightOnly() {
    watch.latest();
    int before = chain.otherQueries.get();
    time.addAndGet(300);
    watch.latest();
    assertEquals(2, chain.networkQueries.get());
    assertEquals(before, chain.otherQueries.get());
  }

  @Test
  void whatIsFinalIsAskedForOnce() {
    watch.latest();
    time.addAndGet(300);
    chain.height++;
    watch.latest();
    assertEquals(List.of(8L, 7L, 6L, 5L, 8L), chain.auditQueries);
  }

  @Test
  void aFailureKeepsWhatWasReadAndSaysSinceWhen() {
    watch.latest();
    chain.failure = Optional.of(ExactaException.error("connection refused"));
    time.addAndGet(300);
    Reading reading = watch.latest();
    assertEquals(Optional.of("connection refused"), reading.problem());
    assertEquals(1_000_000, reading.readMillis());
    assertTrue(reading.snapshot().isPresent());

    chain.failure = Optional.empty();
    time.addAndGet(300);
    assertFalse(watch.latest().problem().isPresent());
  }

  @Test
  void aChainThatHangsHoldsNoViewer() {
    ChainWatch impatient = new ChainWatch(chain, time::get, 1);
    CountDownLatch release = new CountDownLatch(1);
    chain.hang = Optional.of(release);
    for (int i = 0; i < 20; i++) {
      assertTrue(impatient.latest().problem().isPresent());
      time.addAndGet(5_000);
    }
    assertTrue(chain.networkQueries.get() <= 1);
    release.countDown();
  }
}
