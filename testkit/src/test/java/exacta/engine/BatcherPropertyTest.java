package exacta.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.numerics.Workers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers that are computed together, in any company and order, are those computed alone. */
class BatcherPropertyTest {
  private static final Executor THREADS = task -> Thread.ofVirtual().start(task);
  private static final long LIMIT_SECONDS = 120;

  @TempDir static Path folder;
  private final Random random = new Random(20261127);
  private final Workers workers = new Workers(2);
  private final ComputePool pool = new ComputePool(workers);
  private final Model model = Answers.tiny(folder, 1, pool.kernels());

  @AfterEach
  void close() {
    pool.close();
    model.close();
  }

  @Test
  void answersAreTheSameBitsInAnyCompany() {
    List<AnswerRequest> requests = requests(24);
    List<Answers.Whole> expected =
        requests.stream().map(request -> Answers.run(model, request)).toList();
    for (int memory : new int[] {16, 20, 64}) {
      try (Batcher batcher = batcher(1 + random.nextInt(12), memory)) {
        List<CompletableFuture<Answers.Whole>> answers = new ArrayList<>();
        for (AnswerRequest request : requests) {
          answers.add(run(batcher, request));
        }
        for (int i = 0; i < expected.size(); i++) {
          Answers.Whole actual = answers.get(i).orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
          assertEquals(expected.get(i), actual, "request " + i + ", pages " + memory);
        }
        assertNothingIsHeld(batcher);
      }
    }
  }

  /** The second time nearly all positions of the prompts are known. */
  @Test
  void answersAreTheSameBitsWithAndWithoutReuse() {
    List<AnswerRequest> requests = requests(8);
    try (Batcher batcher = batcher(4, 200)) {
      List<Answers.Whole> first =
          requests.stream().map(r -> Answers.run(batcher.begin(r, this))).toList();
      long reused = batcher.status().positionsReused();
      List<Answers.Whole> second =
          requests.stream().map(r -> Answers.run(batcher.begin(r, this))).toList();
      assertEquals(first, second);
      long whole = requests.stream().mapToLong(r -> (r.firstPosition() - 1) / 64 * 64).sum();
      assertEquals(whole, batcher.status().positionsReused() - reused);
      assertEquals(requests.stream().map(r -> Answers.run(model, r)).toList(), second);
      assertNothingIsHeld(batcher);
    }
  }

  @Test
  void answersAreTheSameWhileOthersAreGivenUp() {
    List<AnswerRequest> requests = requests(20);
    try (Batcher batcher = batcher(6, 40)) {
      List<CompletableFuture<?>> done = new ArrayList<>();
      for (int i = 0; i < requests.size(); i++) {
        AnswerRequest request = requests.get(i);
        int steps = random.nextInt(30);
        done.add(
            i % 2 == 0
                ? CompletableFuture.runAsync(
                    () -> giveUp(batcher.begin(request, this), steps), THREADS)
                : run(batcher, request)
                    .thenAccept(whole -> assertEquals(Answers.run(model, request), whole)));
      }
      done.forEach(one -> one.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join());
      assertNothingIsHeld(batcher);
    }
  }

  private static void giveUp(Generation generation, int steps) {
    try (generation) {
      for (int i = 0; i < steps; i++) {
        if (generation.step() instanceof Step.Ended) {
          return;
        }
      }
    }
  }

  private Batcher batcher(int running, int pages) {
    long bytes = pages * model.weights().shape().keyValues().pageBytes();
    return new Batcher(model, pool, new BatchLimits(running, 100, bytes));
  }

  private static CompletableFuture<Answers.Whole> run(Batcher batcher, AnswerRequest request) {
    Generation generation = batcher.begin(request, request.prompt().length % 3);
    return CompletableFuture.supplyAsync(() -> Answers.run(generation), THREADS);
  }

  /** Some begin alike, some are long, some repeat themselves, some continue; of any sampling. */
  private List<AnswerRequest> requests(int count) {
    int[] common = random.ints(300, 3, 250).toArray();
    List<AnswerRequest> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int tokens = i % 4 < 2 ? 250 : 6;
      int[] own = random.ints(1 + random.nextInt(i % 5 == 0 ? 500 : 60), 3, tokens).toArray();
      int shared = i % 2 == 0 ? 0 : random.nextInt(common.length);
      int[] prompt =
          IntStream.concat(Arrays.stream(common, 0, shared), Arrays.stream(own)).toArray();
      int[] had = i % 3 == 0 ? random.ints(random.nextInt(9), 3, 250).toArray() : Answers.NONE;
      Sampling sampling = i % 4 == 0 ? Sampling.greedy() : Answers.warm();
      int maxTokens = had.length + 1 + random.nextInt(i % 7 == 0 ? 150 : 40);
      requests.add(new AnswerRequest(prompt, maxTokens, sampling, Answers.key("k" + i), had));
    }
    return requests;
  }

  /** After the step that is on its way. */
  private static void assertNothingIsHeld(Batcher batcher) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    BatchStatus status = batcher.status();
    while (status.running() > 0 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
      status = batcher.status();
    }
    assertEquals(0, status.running() + status.waiting());
    assertEquals(0, status.pagesUsed());
    assertTrue(status.keyValueBytes() <= status.keyValueBytesMax());
  }
}
