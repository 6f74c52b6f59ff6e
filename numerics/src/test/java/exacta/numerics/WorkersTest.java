package exacta.numerics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class WorkersTest {
  private static final int TURNS = 200;
  private static final int THREADS = 3;

  @Test
  void everyTurnIsTakenOnceWhateverTheThreadsAndThePieces() {
    for (int threads = 1; threads <= 5; threads++) {
      try (Workers workers = new Workers(threads)) {
        for (int count = 0; count < 40; count++) {
          for (int grain = 1; grain <= 9; grain++) {
            AtomicIntegerArray taken = new AtomicIntegerArray(count);
            workers.forRange(
                count,
                grain,
                (from, to) -> IntStream.range(from, to).forEach(taken::incrementAndGet));
            for (int i = 0; i < count; i++) {
              assertEquals(1, taken.get(i), threads + " threads, turn " + i + " of " + count);
            }
          }
        }
      }
    }
  }

  private static void assertFails(RuntimeException expected, Executable loop) {
    assertSame(expected, assertThrows(expected.getClass(), loop));
  }

  /** Whichever thread takes the turn: both meet it in some of the trials. */
  @Test
  void aTurnThatFailsFailsItsLoopOnlyAfterAllOthersAndNoLaterLoop() {
    try (Workers workers = new Workers(2)) {
      for (int trial = 0; trial < TURNS; trial++) {
        int bad = trial;
        AtomicInteger done = new AtomicInteger();
        IllegalStateException wrong = new IllegalStateException("turn " + bad);
        assertFails(
            wrong,
            () ->
                workers.forRange(
                    TURNS,
                    1,
                    (from, to) -> {
                      if (from == bad) {
                        throw wrong;
                      }
                      done.addAndGet(to - from);
                    }));
        assertEquals(TURNS - 1, done.get());
        AtomicInteger next = new AtomicInteger();
        workers.forRange(TURNS, 1, (from, to) -> next.addAndGet(to - from));
        assertEquals(TURNS, next.get());
      }
    }
  }

  @Test
  void allThreadsTakePartAtOnceAndAgainOnceTheySleep() {
    try (Workers workers = new Workers(THREADS)) {
      for (int trial = 0; trial < 5; trial++) {
        requireAll(workers);
        requireAll(workers);
        while (!othersSleep()) {
          Thread.onSpinWait();
        }
      }
    }
  }

  /** But for what streams through memory, which takes both threads from the beginning. */
  @Test
  void ofTwoThreadsAColdProcessUsesOneAtFirst() {
    try (Workers workers = Workers.ofColdProcess(2)) {
      Thread caller = Thread.currentThread();
      AtomicInteger turns = new AtomicInteger();
      for (int loop = 0; loop < Workers.COLD_LOOPS; loop++) {
        workers.forRange(
            5,
            1,
            (from, to) -> {
              assertSame(caller, Thread.currentThread());
              turns.addAndGet(to - from);
            });
        workers.forShares(1, (from, to) -> assertSame(caller, Thread.currentThread()));
      }
      assertEquals(5 * Workers.COLD_LOOPS, turns.get());
      CyclicBarrier both = new CyclicBarrier(2);
      workers.forRange(2, 1, (from, to) -> await(both));
    }
    try (Workers workers = Workers.ofColdProcess(2)) {
      CyclicBarrier both = new CyclicBarrier(2);
      workers.forShares(2, (from, to) -> await(both));
    }
    try (Workers workers = Workers.ofColdProcess(THREADS)) {
      requireAll(workers);
    }
  }

  private static boolean othersSleep() {
    List<Thread> others =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith("exacta-worker-"))
            .toList();
    return others.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING);
  }

  /** A turn for each thread, none of which ends before all have begun. */
  private static void requireAll(Workers workers) {
    CyclicBarrier all = new CyclicBarrier(THREADS);
    workers.forRange(THREADS, 1, (from, to) -> await(all));
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new AssertionError("not all threads came", e);
    }
  }

  /** All threads are ready, and would take turns if they could, when it begins. */
  @Test
  void whatComesBeforeALoopEndsBeforeItsFirstTurn() {
    try (Workers workers = new Workers(THREADS)) {
      for (int trial = 0; trial < TURNS; trial++) {
        CyclicBarrier others = new CyclicBarrier(THREADS);
        Thread caller = Thread.currentThread();
        int[] before = new int[1];
        AtomicInteger after = new AtomicInteger();
        workers.forRange(
            TURNS,
            1,
            () -> {
              await(others);
              for (int i = 0; i < 1000; i++) {
                Thread.onSpinWait();
              }
              before[0] = 1;
            },
            () -> {
              if (Thread.currentThread() != caller) {
                await(others);
              }
              return (from, to) -> after.addAndGet(before[0] * (to - from));
            });
        assertEquals(TURNS, after.get());
      }
    }
  }

  @Test
  void eachThreadHasABodyOfItsOwn() {
    try (Workers workers = new Workers(THREADS)) {
      AtomicInteger all = new AtomicInteger();
      for (int trial = 0; trial < TURNS; trial++) {
        workers.forRange(
            TURNS,
            1,
            () -> {},
            () -> {
              Thread owner = Thread.currentThread();
              return (from, to) -> {
                assertSame(owner, Thread.currentThread());
                all.addAndGet(to - from);
              };
            });
      }
      assertEquals(TURNS * TURNS, all.get());
    }
  }

  @Test
  void ifWhatComesBeforeFailsNoTurnIsRunAndTheNextLoopIs() {
    try (Workers workers = new Workers(THREADS)) {
      AtomicInteger turns = new AtomicInteger();
      for (int trial = 0; trial < TURNS; trial++) {
        IllegalStateException wrong = new IllegalStateException("before");
        assertFails(
            wrong,
            () ->
                workers.forRange(
                    TURNS,
                    1,
                    () -> {
                      throw wrong;
                    },
                    () -> (from, to) -> turns.addAndGet(to - from)));
      }
      assertEquals(0, turns.get());
      requireAll(workers);
    }
  }

  @Test
  void aBodyThatCannotBeHadFailsItsLoop() {
    try (Workers workers = new Workers(THREADS)) {
      for (int trial = 0; trial < TURNS; trial++) {
        IllegalStateException wrong = new IllegalStateException("no body");
        assertFails(
            wrong,
            () ->
                workers.forRange(
                    TURNS,
                    1,
                    () -> {},
                    () -> {
                      throw wrong;
                    }));
      }
    }
  }
}
