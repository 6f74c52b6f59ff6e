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

  private PublicKey(byte[] compressed) {
    this.compressed = compressed;
  }

  /** The key that these bytes are; empty unless they are a point in compressed form. */
  public static Optional<PublicKey> parse(byte[] compressed) {
    return compressed.length == BYTES && Ecdsa.best().isPublicKey(compressed)
        ? Optional.of(new PublicKey(compressed.clone()))
        : Optional.empty();
  }

  static PublicKey ofPrivate(byte[] privateKey) {
    return new PublicKey(Ecdsa.best().publicKey(privateKey));
  }

  /**
   * Whether the signature, r || s, is this key's for the hash. False, never an exception, for
   * anything malformed; false too if s is in the upper half of the group's order, because else
   * everybody could make a second valid signature out of one.
   */
  public boolean verify(Digest32 hash, byte[] signature) {
    return signature.length == SIGNATURE_BYTES
        && Ecdsa.best().verify(hash.toBytes(), signature, compressed);
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
