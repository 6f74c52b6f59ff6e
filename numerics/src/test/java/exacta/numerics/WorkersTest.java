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
  void aTurnThatFailsFailsItsLoopOnlyAfterAllOthersAndNoLaterLoop() {
    try (Workers workers = new Workers(2)) {
      for (int trial = 0; trial < TURNS; trial++) {
        int bad = trial;
        AtomicInteger done = new AtomicInteger();
        IllegalStateException wrong = new IllegalStateException("turn " + bad);
        IllegalStateException thrown =
            assertThrows(
                IllegalStateException.class,
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
        assertSame(wrong, thrown);
        assertEquals(TURNS - 1, done.get());
        AtomicInteger next = new AtomicInteger();
        workers.forRange(TURNS, 1, (from, to) -> next.addAndGet(to - from));
        assertEquals(TURNS, next.get());
      }
    }
  }
}
