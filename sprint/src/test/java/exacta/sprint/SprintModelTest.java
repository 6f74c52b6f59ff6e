package exacta.sprint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import exacta.numerics.Kernels;
import exacta.numerics.Workers;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SprintModelTest {
  private static final byte[] HOST = new byte[20];

  private static Digest32 seed(int number) {
    return Hasher.of("test-seed").integer(number).finish();
  }

  @Test
  void replayEqualsTheModel() {
    for (SprintShape shape :
        List.of(
            new SprintShape(64, 1, 1), new SprintShape(64, 3, 17), new SprintShape(128, 2, 5))) {
      for (int i = 0; i < 2; i++) {
        SprintModel model = SprintModel.derive(seed(i), shape, Kernels.scalar());
        assertEquals(
            model.nonce(HOST, 1L << 40), SprintReplay.replay(seed(i), shape, HOST, 1L << 40));
      }
    }
  }

  @Test
  void batchEqualsSingleNonces() {
    SprintModel model = SprintModel.derive(seed(1), new SprintShape(64, 2, 5), Kernels.scalar());
    List<Digest32> batch = model.nonces(HOST, 7, 3);
    for (int i = 0; i < 3; i++) {
      assertEquals(model.nonce(HOST, 7 + i), batch.get(i));
    }
  }

  @Test
  void seedHostAndNonceAllMatter() {
    SprintShape shape = new SprintShape(64, 1, 4);
    byte[] other = HOST.clone();
    other[19] = 1;
    Set<Digest32> digests = new HashSet<>();
    digests.add(SprintReplay.replay(seed(1), shape, HOST, 0));
    digests.add(SprintReplay.replay(seed(1), shape, HOST, 1));
    digests.add(SprintReplay.replay(seed(1), shape, other, 0));
    digests.add(SprintReplay.replay(seed(2), shape, HOST, 0));
    assertEquals(4, digests.size());
  }

  @Test
  void leafBindsTheNonce() {
    assertNotEquals(SprintLeaf.of(1, seed(1)), SprintLeaf.of(2, seed(1)));
    assertEquals(Hasher.of("nonce").integer(1).digest(seed(1)).finish(), SprintLeaf.of(1, seed(1)));
  }

  @Test
  void refusesShapesThatAreOutOfRange() {
    assertThrows(IllegalArgumentException.class, () -> new SprintShape(96, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new SprintShape(64, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> new SprintShape(64, 1, 1025));
  }

  @Test
  void vectorsEqualTheScalarRules() {
    SprintShape shape = new SprintShape(128, 2, 9);
    Digest32 expected = SprintModel.derive(seed(5), shape, Kernels.scalar()).nonce(HOST, 3);
    try (Workers workers = new Workers(2)) {
      SprintModel fast = SprintModel.derive(seed(5), shape, Kernels.vector(workers));
      assertEquals(expected, fast.nonces(HOST, 0, 5).get(3));
      assertEquals(expected, fast.nonce(HOST, 3));
    }
  }

  /** A state that were not finite would fail a check in the pass. */
  @Test
  void statesAreFiniteForManySeeds() {
    for (int i = 0; i < 12; i++) {
      SprintReplay.replay(seed(100 + i), new SprintShape(256, 8, 16), HOST, i);
    }
    SprintReplay.replay(seed(1), new SprintShape(768, 2, 8), HOST, 0);
  }
}
