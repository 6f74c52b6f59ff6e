package exacta.consensus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.Hasher;
import exacta.primitives.Height;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KillIntegrationTest {
  private static final int KILLS = 5;

  @TempDir Path home;

  @Test
  void afterEveryKillEachAcceptedTransactionIsInABlockAndTheStateIsWhole()
      throws IOException, InterruptedException {
    Random random = new Random(42);
    Height before = new Height(0);
    for (int kill = 0; kill < KILLS; kill++) {
      List<byte[]> accepted = runAndKill(kill, 1 + random.nextInt(400));
      before = checkAfterKill(accepted, before);
    }
  }

  /** Feeds a node in a child process, kills it after so many answers, returns what it accepted. */
  private List<byte[]> runAndKill(int run, int answers) throws IOException, InterruptedException {
    Process node =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                KilledNode.class.getName(),
                home.toString(),
                Integer.toString(run))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<byte[]> accepted = new ArrayList<>();
    try (BufferedReader lines = node.inputReader()) {
      String line = lines.readLine();
      while (line != null) {
        // The last line may be cut by the kill.
        if (line.length() % 4 == 0) {
          accepted.add(Base64.getDecoder().decode(line));
        }
        if (accepted.size() == answers) {
          // The handle leaves our end of the pipe open, so that nothing that was said is lost.
          node.toHandle().destroyForcibly();
        }
        line = lines.readLine();
      }
    } finally {
      node.destroyForcibly().waitFor();
    }
    assertTrue(accepted.size() >= answers, "the node ended by itself");
    return accepted;
  }

  private Height checkAfterKill(List<byte[]> accepted, Height before) throws InterruptedException {
    try (EmbeddedChain chain = TestChain.embedded(home, Duration.ofMillis(1))) {
      Height height = chain.status().latest().height();
      assertTrue(height.compareTo(before) >= 0, "the chain went back");
      assertTrue(chain.awaitBlock(height.plus(2), Duration.ofSeconds(60)));
      for (byte[] transaction : accepted) {
        // A line that the kill cut at a multiple of four digits is no whole transaction.
        if (TinyMachine.signer(transaction).isPresent() && isWhole(transaction)) {
          IncludedTransaction included =
              chain.transaction(Hasher.sha256(transaction)).orElseThrow();
          assertEquals(0, included.result().code());
        }
      }
      assertEquals(0, chain.status().poolCount());
      return chain.status().latest().height();
    }
  }

  private static boolean isWhole(byte[] transaction) {
    return new String(transaction).endsWith("|" + Long.MAX_VALUE);
  }
}
