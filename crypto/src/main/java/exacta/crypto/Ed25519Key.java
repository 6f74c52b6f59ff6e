package exacta.crypto;

import exacta.primitives.Entropy;
import exacta.primitives.Hasher;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * An ed25519 key pair, as consensus signs with. Source: RFC 8032, pure Ed25519. Immutable and safe
 * for several threads; no text form shows the secret.
 */
public final class Ed25519Key {
  /** The length of the seed and of the public key. */
  public static final int BYTES = 32;

  public static final int SIGNATURE_BYTES = 64;

  /** The length of the name that CometBFT gives a validator. */
  public static final int ADDRESS_BYTES = 20;

  private final byte[] seed;
  private final byte[] publicKey;

  private Ed25519Key(byte[] seed) {
    this.seed = seed;
    this.publicKey = new byte[BYTES];
    Ed25519.generatePublicKey(seed, 0, publicKey, 0);
  }

  /**
   * Copies the seed.
   *
   * @throws IllegalArgumentException unless it has 32 bytes
   */
  public static Ed25519Key of(byte[] seed) {
    if (seed.length != BYTES) {
      throw new IllegalArgumentException("an ed25519 seed has 32 bytes, not " + seed.length);
    }
    return new Ed25519Key(seed.clone());
  }

  /** A new key. */
  public static Ed25519Key random(Entropy entropy) {
    return new Ed25519Key(entropy.bytes(BYTES));
  }

  public byte[] sign(byte[] message) {
    byte[] signature = new byte[SIGNATURE_BYTES];
    Ed25519.sign(seed, 0, message, 0, message.length, signature, 0);
    return signature;
  }

  /** Whether the signature is that key's for the message; false for anything malformed. */
  public static boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
    return publicKey.length == BYTES
        && signature.length == SIGNATURE_BYTES
        && Ed25519.verify(signature, 0, publicKey, 0, message, 0, message.length);
  }

  /** A fresh copy of the 32 bytes of the public key. */
  public byte[] publicKey() {
    return publicKey.clone();
  }

  /** The validator's name in CometBFT: the first 20 bytes of SHA-256 of the public key. */
  public byte[] address() {
    return Arrays.copyOf(Hasher.sha256(publicKey).toBytes(), ADDRESS_BYTES);
  }

  byte[] secretBytes() {
    return seed.clone();
  }

  /** Never shows the secret. */
  @Override
  public String toString() {
    return "ed25519 key";
  }
}
