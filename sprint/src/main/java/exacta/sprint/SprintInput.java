package exacta.sprint;

import exacta.primitives.Check;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.primitives.Philox;

/** The states that a nonce starts from. Spec: sprint.md#input. */
final class SprintInput {
  private static final int ADDRESS_BYTES = 20;

  private SprintInput() {}

  /** Writes T vectors of values in [-1, 1) to {@code out[at ..]}. */
  static void write(
      Digest32 seed, SprintShape shape, byte[] hostAddress, long nonce, float[] out, int at) {
    Check.that(hostAddress.length == ADDRESS_BYTES, "a host's address has 20 bytes");
    Check.that(nonce >= 0, "nonces count from 0");
    long key =
        Hasher.of("sprint-input").digest(seed).bytes(hostAddress).integer(nonce).finish().longAt(0);
    int[] words = new int[4];
    for (int t = 0; t < shape.sequenceLength(); t++) {
      for (int i = 0; i < shape.dim(); i++) {
        if (i % 4 == 0) {
          Philox.block((int) key, (int) (key >>> 32), i / 4, t, 0, 0, words, 0);
        }
        out[at + t * shape.dim() + i] = (words[i % 4] >> 8) * 0x1p-23f;
      }
    }
  }
}
