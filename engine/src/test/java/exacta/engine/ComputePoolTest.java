package exacta.engine;

import static exacta.engine.ComputePool.Priority.AUDIT;
import static exacta.engine.ComputePool.Priority.NONCE;
import static exacta.engine.ComputePool.Priority.REQUEST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.numerics.Workers;
import exacta.primitives.ExactaException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ComputePoolTest {
  private static final Executor THREADS = task -> Thread.ofVirtual().start(task);

  private static final long LIMIT_SECONDS = 30;

  private final AtomicLong clock = new AtomicLong();
  private final ComputePool pool = new ComputePool(new Workers(1), clock::get);
  private final List<String> order = new ArrayList<>(); // only units write to it
  private final CountDownLatch gate = new CountDownLatch(1);
  private final CountDownLatch begun = new CountDownLatch(1);

  @Test
  void runsTheMostUrgentFirstAndOwnersInTurn() {
    CompletableFuture<?> blocker = block();
    Object one = new Object();
    Object two = new Object();
    List<CompletableFuture<?>> calls = new ArrayList<>();
    calls.add(call(NONCE, one, "nonce"));
    calls.add(call(AUDIT, one, "audit"));
    for (int i = 1; i <= 3; i++) {
      calls.add(call(REQUEST, one, "one " + i));
    }
    calls.add(call(REQUEST, two, "two 1"));
    calls.add(call(REQUEST, two, "two 2"));
    gate.countDown();
    calls.forEach(CompletableFuture::join);
    blocker.join();
    assertEquals(List.of("one 1", "two 1", "one 2", "two 2", "one 3", "audit", "nonce"), order);
    pool.close();
  }

  /** Requests take 10 each, without end; a nonce takes 20. */
  @Test
  void aKindThatWaitsGetsAnEighthOfTheTime() {
    CompletableFuture<?> blocker = block();
    Object owner = new Object();
    List<CompletableFuture<?>> calls = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      calls.add(call(REQUEST, owner, "request", 10));
    }
    for (int i = 0; i < 4; i++) {
      calls.add(call(NONCE, owner, "nonce", 20));
    }
    gate.countDown();
    calls.forEach(CompletableFuture::join);
    blocker.join();
    List<Integer> turns =
        IntStream.range(0, 64).filter(i -> order.get(i).equals("nonce")).boxed().toList();
    assertEquals(List.of(1, 16, 31, 46), turns);
    pool.close();
  }

  @Test
  void runsWhatIsPostedAndTellsWhenItNeverWill() {
    CompletableFuture<String> outcome = new CompletableFuture<>();
    pool.post(REQUEST, this, () -> outcome.complete("ran"), e -> outcome.complete("refused"));
    assertEquals("ran", outcome.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join());
    CompletableFuture<String> blocker = block();
    CompletableFuture<String> never = new CompletableFuture<>();
    pool.post(REQUEST, this, () -> never.complete("ran"), e -> never.complete("refused"));
    CompletableFuture<?> closing = CompletableFuture.runAsync(pool::close, THREADS);
    assertEquals("refused", never.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join());
    gate.countDown();
    closing.join();
    blocker.join();
    assertThrows(ExactaException.class, () -> pool.post(REQUEST, this, () -> {}, _ -> {}));
  }

  @Test
  void refusesAFloodOfCallersButTakesWhatIsPosted() {
    CompletableFuture<String> blocker = block();
    List<CompletableFuture<?>> calls = new ArrayList<>();
    for (int i = 0; i < ComputePool.WAITING_MAX; i++) {
      calls.add(CompletableFuture.supplyAsync(() -> pool.call(NONCE, this, () -> 1), THREADS));
    }
    awaitWaiting(ComputePool.WAITING_MAX);
    assertThrows(ExactaException.class, () -> pool.call(REQUEST, this, () -> 1));
    CompletableFuture<String> posted = new CompletableFuture<>();
    pool.post(REQUEST, this, () -> posted.complete("ran"), e -> posted.complete("refused"));
    gate.countDown();
    assertEquals("ran", posted.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join());
    calls.forEach(CompletableFuture::join);
    blocker.join();
    pool.close();
  }

  @Test
  void throwsWhatTheUnitThrewToItsCallerAndGoesOn() {
    IllegalStateException failure = new IllegalStateException("a");
    IllegalStateException thrown =
        assertThrows(
            IllegalStateException.class,
            () ->
                pool.call(
                    REQUEST,
                    this,
                    () -> {
                      throw failure;
                    }));
    assertSame(failure, thrown);
    assertEquals(7, pool.call(REQUEST, this, () -> 7));
    pool.close();
  }

  @Test
  void anInterruptedCallerLeavesTheQueue() throws InterruptedException {
    CompletableFuture<?> blocker = block();
    CompletableFuture<String> outcome = new CompletableFuture<>();
    Thread caller =
        Thread.ofVirtual()
            .start(() -> {
              try {
                pool.call(REQUEST, this, () -> order.add("never"));
                outcome.complete("ran");
              } catch (ExactaException e) {
                outcome.complete(Thread.currentThread().isInterrupted() + "");
              }
            });
    awaitWaiting(1);
    caller.interrupt();
    assertEquals("true", outcome.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join());
    gate.countDown();
    blocker.join();
    pool.call(REQUEST, this, () -> order.add("last"));
    assertEquals(List.of("last"), order);
    pool.close();
  }

  @Test
  void anInterruptedCallerWhoseUnitRunsGetsItsResult() throws InterruptedException {
    CompletableFuture<String> outcome = new CompletableFuture<>();
    Thread caller =
        Thread.ofVirtual()
            .start(() -> {
              String result = pool.call(REQUEST, this, this::waitAtTheGate);
              outcome.complete(result + Thread.currentThread().isInterrupted());
            });
    begun.await();
    caller.interrupt();
    gate.countDown();
    assertEquals("passed true", outcome.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join());
    pool.close();
  }

  @Test
  void closesAfterTheUnitThatRunsAndFailsThoseThatWait() throws InterruptedException {
    CompletableFuture<String> blocker = block();
    CompletableFuture<?> waits = call(REQUEST, this, "never");
    CompletableFuture<?> closing = CompletableFuture.runAsync(pool::close, THREADS);
    assertTrue(
        assertThrows(CompletionException.class, waits::join).getCause() instanceof ExactaException);
    gate.countDown();
    closing.join();
    assertEquals("passed ", blocker.join());
    assertThrows(ExactaException.class, () -> pool.call(REQUEST, this, () -> 1));
    assertEquals(List.of(), order);
  }

  @Test
  void nobodyWaitsForAThreadThatHasEnded() {
    CompletableFuture<String> blocker = block();
    Runnable fatal =
        () -> {
          throw new OutOfMemoryError("of this test: the compute thread ends");
        };
    CompletableFuture<String> told = new CompletableFuture<>();
    pool.post(REQUEST, this, fatal, _ -> told.complete("refused"));
    CompletableFuture<?> waits = call(REQUEST, this, "never");
    gate.countDown();
    assertEquals("passed ", blocker.join());
    assertEquals("refused", told.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join());
    waits.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS);
    assertTrue(
        assertThrows(CompletionException.class, waits::join).getCause() instanceof ExactaException);
    assertThrows(ExactaException.class, () -> pool.call(REQUEST, this, () -> 1));
    pool.close();
  }

  /** A unit that holds the compute thread until the gate opens; it runs when this returns. */
  private CompletableFuture<String> block() {
    CompletableFuture<String> blocker =
        CompletableFuture.supplyAsync(() -> pool.call(REQUEST, this, this::waitAtTheGate), THREADS);
    try {
      begun.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return blocker;
  }

  private String waitAtTheGate() {
    begun.countDown();
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new AssertionError("the compute thread is never interrupted", e);
    }
    return "passed ";
  }

  /** A call that is in the queue when this returns. */
  private CompletableFuture<?> call(ComputePool.Priority priority, Object owner, String name) {
    return call(priority, owner, name, 0);
  }

  private CompletableFuture<?> call(
      ComputePool.Priority priority, Object owner, String name, long nanos) {
    int before = pool.waiting();
    CompletableFuture<?> call =
        CompletableFuture.supplyAsync(
            () ->
                pool.call(
                    priority,
                    owner,
                    () -> {
                      clock.addAndGet(nanos);
                      return order.add(name);
                    }),
            THREADS);
    awaitWaiting(before + 1);
    return call;
  }

  private void awaitWaiting(int count) {
    while (pool.waiting() < count) {
      Thread.onSpinWait();
    }
  }
}
