package exacta.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import exacta.crypto.Address;
import exacta.primitives.Digest32;
import exacta.primitives.Entropy;
import exacta.primitives.ExactaException;
import exacta.primitives.Height;
import exacta.protocol.PoolLinks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProposerChainTest {
  private static final Address PROPOSER = Address.of(new byte[Address.BYTES]);
  private static final Entropy ONES = out -> Arrays.fill(out, (byte) 1);
  private static final int LINKS = 3 * 2048;

  @TempDir private Path folder;

  @Test
  void revealsLinksThatHashToTheAnchor() {
    ProposerChain chain = ProposerChain.open(folder.resolve("s"), PROPOSER, ONES, LINKS);
    Digest32 link = Digest32.of(ONES.bytes(32));
    for (int height = LINKS; height >= 1; height--) {
      assertArrayEquals(
          PoolLinks.transaction(PROPOSER, link), chain.poolTransaction(new Height(height)));
      link = PoolLinks.previous(link);
    }
    assertEquals(link, chain.anchor());
  }

  @Test
  void goesOnAfterARestartWithTheSameLinks() {
    Path file = folder.resolve("s");
    ProposerChain before = ProposerChain.open(file, PROPOSER, ONES, LINKS);
    ProposerChain after =
        ProposerChain.open(file, PROPOSER, out -> Arrays.fill(out, (byte) 2), LINKS);
    assertEquals(before.anchor(), after.anchor());
    assertArrayEquals(
        before.poolTransaction(new Height(2049)), after.poolTransaction(new Height(2049)));
  }

  @Test
  void endsWithAnErrorThatSaysWhatToDo() {
    ProposerChain chain = ProposerChain.open(folder.resolve("s"), PROPOSER, ONES, LINKS);
    ExactaException end =
        assertThrows(ExactaException.class, () -> chain.poolTransaction(new Height(LINKS + 1)));
    assertEquals(true, end.getMessage().contains("--fresh"));
  }

  @Test
  void refusesADamagedFile() throws IOException {
    Path file = folder.resolve("s");
    Files.write(file, new byte[31]);
    assertThrows(ExactaException.class, () -> ProposerChain.open(file, PROPOSER, ONES, LINKS));
  }
}
