package exacta.crypto;

import java.math.BigInteger;

/** Numbers below the order of secp256k1's group. Source: SEC 2, section 2.4.1. */
final class Scalars {
  static final BigInteger ORDER =
      new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);
  static final BigInteger HALF_ORDER = ORDER.shiftRight(1);

  private Scalars() {}

  /** Whether the bytes, most significant first, are a private key: from 1 to the order less 1. */
  static boolean isPrivateKey(byte[] bytes) {
    BigInteger value = new BigInteger(1, bytes);
    return value.signum() > 0 && value.compareTo(ORDER) < 0;
  }
}
