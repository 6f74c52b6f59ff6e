package exacta.sprint;

import exacta.primitives.Digest32;
import exacta.primitives.Hasher;

/** The leaf of a Sprint's work log: it binds a nonce's digest without giving it away. */
public final class SprintLeaf {
  private SprintLeaf() {}

  /** {@code H("nonce", n, digest)}. Spec: sprint.md#leaf. */
  public static Digest32 of(long nonce, Digest32 digest) {
    return Hasher.of("nonce").integer(nonce).digest(digest).finish();
  }
}
