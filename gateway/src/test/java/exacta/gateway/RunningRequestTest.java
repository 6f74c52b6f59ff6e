package exacta.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RunningRequestTest {
  @TempDir Path folder;
  private TestNetwork network;

  @BeforeEach
  void start() {
    network = new TestNetwork(TestModel.create(folder), folder.resolve("home"), 1);
  }

  @AfterEach
  void stop() {
    network.close();
  }

  @Test
  void showsWhoAnswersWhileItRuns() throws InterruptedException {
    ScriptedHost host = network.hosts.getFirst();
    host.script(new ScriptedHost.Script.Stalls(3));
    CompletableFuture.runAsync(() -> network.chat(",\"stream\":true"));
    assertTrue(host.stalled().await(30, TimeUnit.SECONDS));

    List<RunningRequest> running = network.recent.running();
    assertEquals(1, running.size());
    assertEquals("tiny", running.getFirst().model());
    RunningRequest.Part part = running.getFirst().part().orElseThrow();
    assertEquals(host.address(), part.host());
    assertEquals(1, part.number());
    assertTrue(network.recent.latest().isEmpty());
  }

  @Test
  void whatHasEndedRunsNoMore() {
    network.chat("");
    assertTrue(network.recent.running().isEmpty());
    assertEquals(1, network.recent.latest().size());
  }
}
