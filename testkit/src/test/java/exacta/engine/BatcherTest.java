package exacta.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.engine.ComputePool.Priority;
import exacta.numerics.Workers;
import exacta.primitives.ExactaException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class BatcherTest {
  @TempDir static Path folder;
  private final Workers workers = new Workers(1);
  private final ComputePool pool = new ComputePool(workers);
  private final Model model = Answers.tiny(folder, 1, pool.kernels());

  @AfterEach
  void close() {
    pool.close();
    model.close();
  }

  @Test
  void refusesMoreThanMayRunAndWait() {
    try (Batcher batcher = batcher(2, 3, 64)) {
      CountDownLatch gate = new CountDownLatch(1);
      CompletableFuture<?> blocker = block(gate);
      List<Generation> taken = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        taken.add(batcher.begin(request(20, 10), this));
      }
      assertThrows(BusyException.class, () -> batcher.begin(request(20, 10), this));
      taken.getFirst().close();
      gate.countDown();
      blocker.join();
      taken.subList(1, 5).forEach(Answers::run);
      Answers.run(batcher.begin(request(20, 10), this));
    }
  }

  /** The step that was queued when it was given up gives the pages back. */
  @Test
  void givesPagesBackWithinOneStep() {
    try (Batcher batcher = batcher(2, 3, 64)) {
      Generation first = batcher.begin(request(300, 100), this);
      first.step();
      assertTrue(batcher.status().pagesUsed() > 0);
      CountDownLatch gate = new CountDownLatch(1);
      CompletableFuture<?> blocker = block(gate);
      first.close();
      gate.countDown();
      blocker.join();
      pool.call(Priority.REQUEST, this, () -> 0); // its turn comes after the batcher's
      assertEquals(0, batcher.status().pagesUsed());
      assertThrows(ExactaException.class, first::step);
    }
  }

  /** A reader that takes nothing keeps its answer from running far ahead, and nobody else's. */
  @Test
  void waitsForAReaderThatIsLate() {
    try (Batcher batcher = batcher(2, 3, 64)) {
      Generation late = batcher.begin(request(20, 100), this);
      Answers.Whole other = Answers.run(batcher.begin(request(30, 60), this));
      assertEquals(60, other.tokens().size());
      pool.call(Priority.REQUEST, this, () -> 0); // the step that ended it is over
      assertEquals(1, batcher.status().running());
      assertEquals(Answers.run(model, request(20, 100)), Answers.run(late));
    }
  }

  @Test
  void takesOnlyWhatItsMemoryCanHold() {
    try (Batcher batcher = batcher(4, 4, 3)) {
      assertEquals(192, batcher.contextLength());
      assertThrows(IllegalArgumentException.class, () -> batcher.begin(request(150, 60), this));
      Generation one = batcher.begin(request(100, 50), this);
      Generation two = batcher.begin(request(90, 50), this); // waits for the pages of the first
      assertEquals(Answers.run(model, request(100, 50)), Answers.run(one));
      assertEquals(Answers.run(model, request(90, 50)), Answers.run(two));
    }
    assertThrows(ExactaException.class, () -> batcher(1, 1, 0));
  }

  @Test
  void endsAllAnswersWhenItOrThePoolIsClosed() {
    Batcher batcher = batcher(2, 3, 64);
    Generation generation = batcher.begin(request(300, 100), this);
    batcher.close();
    assertEquals(0, batcher.status().running() + batcher.status().pagesUsed());
    assertThrows(ExactaException.class, () -> Answers.run(generation));
    assertThrows(ExactaException.class, () -> batcher.begin(request(3, 4), this));
    try (Batcher other = batcher(2, 3, 64)) {
      Generation orphan = other.begin(request(300, 100), this);
      pool.close();
      assertThrows(ExactaException.class, () -> Answers.run(orphan));
      assertThrows(ExactaException.class, () -> Answers.run(other.begin(request(3, 4), this)));
    }
  }

  /** Whenever a reader is interrupted, the batcher and other readers go on. */
  @Test
  void readersThatAreInterruptedHoldNobodyUp() throws InterruptedException {
    try (Batcher batcher = batcher(4, 4, 64)) {
      Answers.Whole expected = Answers.run(model, request(20, 40));
      int givenUp = 0;
      for (int round = 0; round < 40; round++) {
        Generation generation = batcher.begin(request(20, 200), this);
        generation.step();
        CompletableFuture<Boolean> end = new CompletableFuture<>();
        Thread reader = Thread.ofVirtual().start(() -> end.complete(runsOut(generation)));
        Generation other = batcher.begin(request(20, 40), batcher);
        reader.interrupt();
        assertEquals(expected, Answers.run(other));
        givenUp += end.join() ? 0 : 1;
      }
      assertTrue(givenUp > 0);
    }
  }

  private static boolean runsOut(Generation generation) {
    try {
      while (!(generation.step() instanceof Step.Ended)) {}
      return true;
    } catch (ExactaException _) {
      return false;
    }
  }

  private Batcher batcher(int running, int waiting, int pages) {
    long bytes = pages * model.weights().shape().keyValues().pageBytes();
    return new Batcher(model, pool, new BatchLimits(running, waiting, Math.max(1, bytes)));
  }

  private static AnswerRequest request(int prompt, int tokens) {
    return Answers.request(Answers.prompt(prompt), tokens, Sampling.greedy());
  }

  /** Holds the compute thread; it has begun when this returns. */
  private CompletableFuture<?> block(CountDownLatch gate) {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<?> blocker =
        CompletableFuture.supplyAsync(
            () ->
                pool.call(
                    Priority.REQUEST,
                    gate,
                    () -> {
                      begun.countDown();
                      return await(gate);
                    }),
            task -> Thread.ofVirtual().start(task));
    await(begun);
    return blocker;
  }

  private static boolean await(CountDownLatch latch) {
    try {
      latch.await();
      return true;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
