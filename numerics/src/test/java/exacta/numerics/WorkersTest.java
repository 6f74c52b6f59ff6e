package exacta.numerics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WorkersTest {
  private static final int TURNS = 200;

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

  /** Whichever thread takes the turn: both meet it in some of the trials. */
  @Test
  void aTurnThatFailsFailsItsLoopOnlyAfterAllThatRunAndNoLaterLoop() {
    try (Workers workers = new Workers(2)) {
      for (int trial = 0; trial < TURNS; trial++) {
        int bad = trial;
        AtomicInteger running = new AtomicInteger();
        IllegalStateException wrong = new IllegalStateException("turn " + bad);
        IllegalStateException thrown =
            assertThrows(
                IllegalStateException.class,
                () ->
                    workers.forRange(
                        TURNS,
                        1,
                        (from, to) -> {
                          running.incrementAndGet();
                          try {
                            if (from <= bad && bad < to) {
                              throw wrong;
                            }
                          } finally {
                            running.decrementAndGet();
                          }
                        }));
        assertSame(wrong, thrown);
        assertEquals(0, running.get());
        AtomicInteger next = new AtomicInteger();
        workers.forRange(TURNS, 1, (from, to) -> next.addAndGet(to - from));
        assertEquals(TURNS, next.get());
      }
    }
  }

  @Test
  void whatComesBeforeALoopIsDoneBeforeItsFirstTurn() {
    try (Workers workers = new Workers(3)) {
      for (int trial = 0; trial < TURNS; trial++) {
        AtomicInteger before = new AtomicInteger();
        AtomicInteger after = new AtomicInteger();
        workers.forRange(
            TURNS,
            1,
            before::incrementAndGet,
            () -> (from, to) -> after.addAndGet(before.get() * (to - from)));
        assertEquals(TURNS, after.get());
      }
    }
  }

  @Test
  void eachThreadHasABodyOfItsOwn() {
    try (Workers workers = new Workers(3)) {
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
    try (Workers workers = new Workers(3)) {
      AtomicInteger turns = new AtomicInteger();
      for (int trial = 0; trial < TURNS; trial++) {
        IllegalStateException wrong = new IllegalStateException("before");
        IllegalStateException thrown =
            assertThrows(
                IllegalStateException.class,
                () ->
                    workers.forRange(
                        TURNS,
                        1,
                        () -> {
                          throw wrong;
                        },
                        () -> (from, to) -> turns.addAndGet(to - from)));
        assertSame(wrong, thrown);
      }
      assertEquals(0, turns.get());
      workers.forRange(TURNS, 1, (from, to) -> turns.addAndGet(to - from));
      assertEquals(TURNS, turns.get());
    }
  }

  @Test
  void aBodyThatCannotBeHadFailsItsLoop() {
    try (Workers workers = new Workers(3)) {
      for (int trial = 0; trial < TURNS; trial++) {
        IllegalStateException wrong = new IllegalStateException("no body");
        IllegalStateException thrown =
            assertThrows(
                IllegalStateException.class,
                () ->
                    workers.forRange(
                        TURNS,
                        1,
                        () -> {},
                        () -> {
                          throw wrong;
                        }));
        assertSame(wrong, thrown);
      }
    }
  }
}
