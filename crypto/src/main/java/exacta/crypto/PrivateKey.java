package exacta.crypto;

import exacta.primitives.Check;
import exacta.primitives.Digest32;
import exacta.primitives.Entropy;

/**
 * A secp256k1 private key. Its bytes leave this room only into a {@link KeyFile}; no text form
 * shows them. Immutable and safe for several threads.
 */
public final class PrivateKey {
  public static final int BYTES = 32;

  private final byte[] secret;
  private final PublicKey publicKey;

  private PrivateKey(byte[] secret) {
    this.secret = secret;
    this.publicKey = PublicKey.ofPrivate(secret);
  }

  /**
   * Copies the bytes, most significant first.
   *
   * @throws IllegalArgumentException unless they are 32 and from 1 to the group's order less 1
   */
  public static PrivateKey of(byte[] secret) {
    if (secret.length != BYTES || !Scalars.isPrivateKey(secret)) {
      throw new IllegalArgumentException("not a private key of secp256k1");
    }
    return new PrivateKey(secret.clone());
  }

  /** A new key. */
  public static PrivateKey random(Entropy entropy) {
    byte[] secret = entropy.bytes(BYTES);
    // One value in 2^128 is no key; a source that gives it again is broken.
    Check.that(Scalars.isPrivateKey(secret), "entropy gives a private key of secp256k1");
    return new PrivateKey(secret);
  }

  /**
   * The signature r || s of the hash: 64 bytes, s in the lower half of the group's order, the nonce
   * of RFC 6979, so equal input gives equal bytes.
   */
  public byte[] sign(Digest32 hash) {
    return Ecdsa.best().sign(hash.toBytes(), secret);
  }

  public PublicKey publicKey() {
    return publicKey;
  }

  public Address address() {
    return publicKey.address();
  }

  byte[] secretBytes() {
    return secret.clone();
  }

  /** Names the account, never the secret. */
  @Override
  public String toString() {
    return "private key of " + address();
  }
}
