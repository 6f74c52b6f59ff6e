package exacta.crypto;

import exacta.primitives.Digest32;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** A secp256k1 public key in its compressed form. Immutable and safe for several threads. */
public final class PublicKey {
  public static final int BYTES = 33;

  /** The length of a signature: r and s, 32 bytes each, most significant first. */
  public static final int SIGNATURE_BYTES = 64;

  private final byte[] compressed;

  /** The same point, so that no verification computes it again. */
  private final byte[] uncompressed;

  private PublicKey(byte[] compressed, byte[] uncompressed) {
    this.compressed = compressed;
    this.uncompressed = uncompressed;
  }

  /** The key that these bytes are; empty unless they are a point in compressed form. */
  public static Optional<PublicKey> parse(byte[] compressed) {
    return compressed.length == BYTES
        ? Ecdsa.best()
            .uncompressed(compressed)
            .map(point -> new PublicKey(compressed.clone(), point))
        : Optional.empty();
  }

  static PublicKey ofPrivate(byte[] privateKey) {
    byte[] compressed = Ecdsa.best().publicKey(privateKey);
    return new PublicKey(compressed, Ecdsa.best().uncompressed(compressed).orElseThrow());
  }

  /**
   * Whether the signature, r || s, is this key's for the hash. False, never an exception, for
   * anything malformed; false too if s is in the upper half of the group's order, because else
   * everybody could make a second valid signature out of one.
   */
  public boolean verify(Digest32 hash, byte[] signature) {
    return signature.length == SIGNATURE_BYTES
        && Ecdsa.best().verify(hash.toBytes(), signature, uncompressed);
  }

  public Address address() {
    return Address.ofPublicKey(compressed);
  }

  /** A fresh copy of the 33 bytes. */
  public byte[] toBytes() {
    return compressed.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PublicKey that && Arrays.equals(compressed, that.compressed);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(compressed);
  }

  /** The hexadecimal form. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(compressed);
  }
}
