package exacta.sprint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.Digest32;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs the published vectors: seed, dim, layers, T, host address, nonce, digest, leaf. */
class SprintReferenceTest {
  @Test
  void equalsThePublishedVectors() throws IOException {
    Path file = Path.of(System.getProperty("exacta.root"), "docs/spec/vectors/sprint/nonces.txt");
    List<String> lines =
        Files.readAllLines(file).stream().filter(line -> !line.startsWith("#")).toList();
    assertTrue(lines.size() >= 4);
    for (String line : lines) {
      String[] field = line.split(" ");
      SprintShape shape =
          new SprintShape(
              Integer.parseInt(field[1]), Integer.parseInt(field[2]), Integer.parseInt(field[3]));
      byte[] host = HexFormat.of().parseHex(field[4]);
      long nonce = Long.parseLong(field[5]);
      Digest32 digest = SprintReplay.replay(Digest32.ofHex(field[0]), shape, host, nonce);
      assertEquals(field[6], digest.toHex());
      assertEquals(field[7], SprintLeaf.of(nonce, digest).toHex());
    }
  }
}
