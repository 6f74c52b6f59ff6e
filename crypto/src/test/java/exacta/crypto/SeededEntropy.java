package exacta.crypto;

import exacta.primitives.Entropy;
import java.util.Random;

/** Bytes that a seed decides. */
final class SeededEntropy implements Entropy {
  private final Random random;

  SeededEntropy(long seed) {
    random = new Random(seed);
  }

  @Override
  public void fill(byte[] out) {
    random.nextBytes(out);
  }
}
