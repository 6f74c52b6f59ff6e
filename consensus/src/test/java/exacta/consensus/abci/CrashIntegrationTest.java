package exacta.consensus.abci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import exacta.consensus.abci.KilledLedger.Point;
import exacta.store.Head;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that end at every point between FinalizeBlock and the end of Commit, or on a full disk:
 * what is on disk then is the state of the block before or of the block, and CometBFT's replay
 * leads to the hashes that a ledger has that never ended.
 */
@Timeout(120)
final class CrashIntegrationTest {
  private static final int BLOCKS = 12;
  private static final long CRASH = 6;

  /** More than fit on the disk that is full. */
  private static final int MANY_BLOCKS = 300;

  @TempDir private Path folder;

  /** The app hash after each block, that of the genesis first. */
  private final List<ByteString> hashes = new ArrayList<>();

  private static Process start(Path ledger, Point point, long last, long micros)
      throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            KilledLedger.class.getName(),
            ledger.toString(),
            point.name(),
            Long.toString(last),
            Long.toString(micros))
        .redirectErrorStream(true)
        .start();
  }

  private void makeHashes(int blocks) throws AbciException {
    try (LedgerNode node = open(folder.resolve("unbroken"))) {
      hashes.add(node.answer(1, Calls.initChain()).getInitChain().getAppHash());
      drive(node, blocks);
    }
  }

  private static LedgerNode open(Path ledger) {
    return LedgerNode.open(ledger, Money.APPLICATION, new Money.Links());
  }

  /** Goes on to this height; compares hashes, or notes them if they are new. */
  private void drive(LedgerNode node, int last) throws AbciException {
    long first = node.head().orElseThrow().height().value() + 1;
    for (int height = Math.toIntExact(first); height <= last; height++) {
      ByteString hash = node.answer(1, KilledLedger.block(height)).getFinalizeBlock().getAppHash();
      node.answer(1, Calls.commit());
      if (hashes.size() == height) {
        hashes.add(hash);
      }
      assertEquals(hashes.get(height), hash, "block " + height);
    }
  }

  /** The height on disk, whose hash must be right, and all of those after it. */
  private long recovered(Path ledger, int last) throws AbciException {
    try (LedgerNode node = open(ledger)) {
      Head head = node.head().orElseThrow();
      int height = Math.toIntExact(head.height().value());
      assertEquals(hashes.get(height), CometTerms.packed(head.root()), "block " + height);
      drive(node, last);
      return height;
    }
  }

  private long crash(Point point, long micros)
      throws IOException, InterruptedException, AbciException {
    Path ledger = folder.resolve(point + "-" + micros);
    int status = start(ledger, point, CRASH, micros).waitFor();
    assertEquals(KilledLedger.HALTED, status, "it ended by itself");
    return recovered(ledger, BLOCKS);
  }

  @Test
  void atEveryPointTheDiskHasTheBlockOrTheOneBefore()
      throws IOException, InterruptedException, AbciException {
    makeHashes(BLOCKS);
    assertEquals(CRASH - 1, crash(Point.APPLIED, 0));
    assertEquals(CRASH - 1, crash(Point.FINALIZED, 0));
    for (long micros : new long[] {0, 300, 1000, 4000}) {
      long height = crash(Point.COMMITTING, micros);
      assertTrue(height == CRASH || height == CRASH - 1, "height " + height);
    }
    assertEquals(CRASH, crash(Point.COMMITTED, 0));
  }

  /** No file may grow beyond some bytes, which is to a process as if the disk were full. */
  @Test
  void aFullDiskIsAClearStop() throws IOException, InterruptedException, AbciException {
    makeHashes(MANY_BLOCKS);
    Path ledger = folder.resolve("full");
    Process process = start(ledger, Point.FULL, MANY_BLOCKS + 1, 0);
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(KilledLedger.STOPPED, process.waitFor(), said);
    assertTrue(said.contains("the database cannot be read or written"), said);
    assertTrue(recovered(ledger, MANY_BLOCKS) > 0, "it had begun");
  }
}
