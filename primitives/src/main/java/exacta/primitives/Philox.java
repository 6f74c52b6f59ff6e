package exacta.primitives;

/**
 * Philox4x32-10, a counter-based random generator: a pure function of (key, counter).
 *
 * <p>Source: Salmon, Moraes, Dror, Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011;
 * test vectors of Random123.
 */
public final class Philox {
  private static final int MULTIPLIER_0 = 0xD2511F53;
  private static final int MULTIPLIER_1 = 0xCD9E8D57;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final int ROUNDS = 10;

  private Philox() {}

  /**
   * Writes the four words for key (key0, key1) and counter (c0, c1, c2, c3) to {@code out[at .. at
   * + 3]}.
   */
  public static void block(int key0, int key1, int c0, int c1, int c2, int c3, int[] out, int at) {
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = (MULTIPLIER_0 & 0xffffffffL) * (c0 & 0xffffffffL);
      long product1 = (MULTIPLIER_1 & 0xffffffffL) * (c2 & 0xffffffffL);
      int next0 = (int) (product1 >>> 32) ^ c1 ^ key0;
      int next2 = (int) (product0 >>> 32) ^ c3 ^ key1;
      c1 = (int) product1;
      c3 = (int) product0;
      c0 = next0;
      c2 = next2;
      key0 += WEYL_0;
      key1 += WEYL_1;
    }
    out[at] = c0;
    out[at + 1] = c1;
    out[at + 2] = c2;
    out[at + 3] = c3;
  }

  /**
   * The word that a digest and a position name: the first word of the block whose key is the
   * digest's first eight bytes (two little-endian words) and whose counter is (position low,
   * position high, digest bytes 8-11, digest bytes 12-15).
   */
  public static int word(Digest32 key, long position) {
    int[] out = new int[4];
    long keyBits = key.longAt(0);
    long rest = key.longAt(1);
    block(
        (int) keyBits,
        (int) (keyBits >>> 32),
        (int) position,
        (int) (position >>> 32),
        (int) rest,
        (int) (rest >>> 32),
        out,
        0);
    return out[0];
  }
}
