package exacta.protocol;

import exacta.primitives.Digest32;
import exacta.primitives.Hasher;

/** Values of draws. Spec: encoding.md#draw. */
public final class Draws {
  private Draws() {}

  /**
   * The value of a draw.
   *
   * @param source what was fixed before anyone could know it, such as a link of the pool
   * @param purpose what is drawn
   * @param subject about whom or what
   */
  public static Digest32 value(String chainId, byte[] source, String purpose, byte[] subject) {
    return Hasher.of("draw").text(chainId).bytes(source).text(purpose).bytes(subject).finish();
  }
}
