package exacta.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A small one of the run of acceptance/fuzz/run.sh, in this process. */
@Timeout(120)
class FuzzTest {
  private static final long SEED = 20_261_127;
  private static final long MESSAGES = 8_000;

  @TempDir private Path folder;

  @Test
  void whateverIsSentTheNodeLivesAndAnswers() throws IOException, InterruptedException {
    try (FuzzTarget target = FuzzTarget.start(folder)) {
      FuzzRun run = new FuzzRun(() -> !target.shutdown().isAsked(), () -> 0);
      List<FuzzRun.Part> parts =
          List.of(
              new FuzzAbci(target.abciSocket(), SEED, run.faults()),
              new FuzzHttp(target.rpcPort(), target.restPort(), SEED + 1, run.faults()),
              new FuzzSocket(target.rpcPort(), SEED + 2, run.faults()));
      assertEquals(List.of(), run.run(parts, MESSAGES), "seed " + SEED);
    }
  }
}
