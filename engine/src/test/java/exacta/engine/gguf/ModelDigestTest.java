package exacta.engine.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.primitives.MerkleTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelDigestTest {
  private static final int MIB = 1 << 20;

  @TempDir Path folder;

  private Path write(int weightBytes) {
    byte[] data = new byte[weightBytes];
    new Random(weightBytes).nextBytes(data);
    Path path = folder.resolve("model.gguf");
    new GgufWriter()
        .text("general.architecture", "llama")
        .tensor("w", TensorType.F32, List.of(weightBytes / 4L), data)
        .write(path);
    return path;
  }

  @Test
  void hashesCardAndChunksOfOneMebibyte() throws IOException {
    for (int weightBytes : new int[] {32, MIB - 32, MIB, MIB + 32, 3 * MIB}) {
      Path path = write(weightBytes);
      byte[] file = Files.readAllBytes(path);
      int cardBytes = file.length - weightBytes;
      List<Digest32> leaves = new ArrayList<>();
      leaves.add(Hasher.of("model-card").bytes(Arrays.copyOf(file, cardBytes)).finish());
      for (int at = cardBytes; at < file.length; at += MIB) {
        byte[] chunk = Arrays.copyOfRange(file, at, Math.min(at + MIB, file.length));
        leaves.add(Hasher.of("model-chunk").bytes(chunk).finish());
      }
      try (Gguf gguf = Gguf.open(path)) {
        ModelIdentity identity = ModelDigest.of(gguf).identity();
        assertEquals(new MerkleTree(leaves).root(), identity.root());
        assertEquals(leaves.size(), identity.leafCount());
        assertEquals(cardBytes, identity.cardBytes());
        assertEquals(weightBytes, identity.weightBytes());
      }
    }
  }

  @Test
  void provesTheCardAndNothingElse() {
    try (Gguf gguf = Gguf.open(write(3 * MIB))) {
      ModelDigest digest = ModelDigest.of(gguf);
      byte[] card = gguf.headerBytes();
      assertTrue(digest.identity().isCard(card, digest.cardPath()));
      assertFalse(digest.identity().isCard(card, List.of()));
      assertFalse(
          digest.identity().isCard(Arrays.copyOf(card, card.length + 1), digest.cardPath()));
      card[100] ^= 1;
      assertFalse(digest.identity().isCard(card, digest.cardPath()));
    }
  }

  @Test
  void changesWithAnyByteOfTheWeights() throws IOException {
    Path path = write(2 * MIB);
    ModelIdentity before;
    try (Gguf gguf = Gguf.open(path)) {
      before = ModelDigest.of(gguf).identity();
    }
    byte[] file = Files.readAllBytes(path);
    file[file.length - 1] ^= 1;
    Files.write(path, file);
    try (Gguf gguf = Gguf.open(path)) {
      assertNotEquals(before.root(), ModelDigest.of(gguf).identity().root());
    }
  }

  @Test
  void refusesSizesThatNoModelHas() {
    assertThrows(IllegalArgumentException.class, () -> new ModelIdentity(Digest32.ZERO, 0, MIB));
    assertThrows(
        IllegalArgumentException.class,
        () -> new ModelIdentity(Digest32.ZERO, Long.MAX_VALUE, MIB));
    assertThrows(
        IllegalArgumentException.class, () -> new ModelIdentity(Digest32.ZERO, 1, Long.MAX_VALUE));
  }
}
