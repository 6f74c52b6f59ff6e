package exacta.crypto;

import java.lang.System.Logger.Level;
import java.util.Optional;

/**
 * ECDSA over secp256k1 with nonces of RFC 6979. Two libraries give the same bytes; which one runs
 * is decided once, when the first key is used. Safe for several threads.
 */
interface Ecdsa {
  /** The signature r || s with s in the lower half of the group's order. */
  byte[] sign(byte[] hash, byte[] privateKey);

  /**
   * Whether r || s, with r and s in range and s in the lower half, is a signature of the hash.
   *
   * @param publicKey a point of the curve, in either form
   */
  boolean verify(byte[] hash, byte[] signature, byte[] publicKey);

  /** The compressed public key of a valid private key. */
  byte[] publicKey(byte[] privateKey);

  /**
   * The 65 bytes of the point whose compressed form these 33 are; empty if they are none. Finding
   * the point takes a square root, so it is done once.
   */
  Optional<byte[]> uncompressed(byte[] compressed);

  /** The fast library where it has code for this machine, else the portable one. */
  static Ecdsa best() {
    return Best.CHOSEN;
  }

  /** Holds the choice. */
  final class Best {
    private static final Ecdsa CHOSEN = choose();

    private Best() {}

    private static Ecdsa choose() {
      System.Logger log = System.getLogger("exacta.crypto");
      try {
        Ecdsa fast = new NativeEcdsa();
        log.log(Level.DEBUG, "signatures by libsecp256k1");
        return fast;
      } catch (IllegalStateException | LinkageError e) {
        log.log(
            Level.WARNING,
            "libsecp256k1 does not load here, signatures are slower: " + e.getMessage());
        return new PortableEcdsa();
      }
    }
  }
}
