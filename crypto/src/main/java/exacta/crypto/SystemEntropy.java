package exacta.crypto;

import exacta.primitives.Entropy;
import java.security.SecureRandom;

/** The operating system's randomness. Safe for several threads. */
public final class SystemEntropy implements Entropy {
  private final SecureRandom random = new SecureRandom();

  @Override
  public void fill(byte[] out) {
    random.nextBytes(out);
  }
}
