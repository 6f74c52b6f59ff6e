package exacta.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HostComputeTest {
  private static final Executor THREADS = task -> Thread.ofVirtual().start(task);

  @TempDir Path home;

  @Test
  void checksTogetherHaveTheMemoryOfOneContext() throws InterruptedException {
    try (TestMachine machine = new TestMachine(home)) {
      HostCompute compute = machine.compute;
      int all = machine.batcher.contextLength();
      List<String> order = new CopyOnWriteArrayList<>();
      CountDownLatch begun = new CountDownLatch(2);
      CountDownLatch gate = new CountDownLatch(1);
      CompletableFuture<?> halves =
          CompletableFuture.allOf(
              CompletableFuture.supplyAsync(
                  () -> compute.check(all / 2, () -> pass(begun, gate, order)), THREADS),
              CompletableFuture.supplyAsync(
                  () -> compute.check(all / 2, () -> pass(begun, gate, order)), THREADS));
      begun.await(); // both at the same time
      CompletableFuture<?> large =
          CompletableFuture.supplyAsync(
              () -> compute.check(10 * all, () -> order.add("large")), THREADS);
      gate.countDown();
      halves.join();
      large.join();
      assertEquals(List.of("half", "half", "large"), order);
    }
  }

  @Test
  void aCheckThatFailsGivesItsMemoryBack() {
    try (TestMachine machine = new TestMachine(home)) {
      HostCompute compute = machine.compute;
      int all = machine.batcher.contextLength();
      assertThrows(
          IllegalStateException.class,
          () ->
              compute.check(
                  all,
                  () -> {
                    throw new IllegalStateException("a");
                  }));
      assertEquals(7, compute.check(all, () -> 7));
    }
  }

  private static boolean pass(CountDownLatch begun, CountDownLatch gate, List<String> order) {
    begun.countDown();
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return order.add("half");
  }
}
