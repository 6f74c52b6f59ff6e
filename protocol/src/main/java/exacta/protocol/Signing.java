package exacta.protocol;

import com.google.protobuf.ByteString;
import exacta.crypto.Address;
import exacta.crypto.PrivateKey;
import exacta.crypto.PublicKey;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.protocol.v1.Signed;
import java.util.Optional;

/**
 * Signatures over {@code H(tag, body)}. The body is kept as it was received: nothing signed is ever
 * encoded again. Spec: encoding.md#signed.
 */
public final class Signing {
  private Signing() {}

  /** Signs the body; the tag says what kind of thing it is, so that none passes for another. */
  public static Signed sign(String tag, byte[] body, PrivateKey key) {
    Digest32 hash = Hasher.of(tag).bytes(body).finish();
    return Signed.newBuilder()
        .setBody(ByteString.copyFrom(body))
        .setSignature(ByteString.copyFrom(key.sign(hash)))
        .setPublicKey(ByteString.copyFrom(key.publicKey().toBytes()))
        .build();
  }

  /** What is signed, and the name of the thing: for tag {@code order} the order hash. */
  public static Digest32 hash(String tag, Signed signed) {
    return Hasher.of(tag).bytes(signed.getBody().toByteArray()).finish();
  }

  /** Whether the account with this address signed it. False for anything malformed. */
  public static boolean isBy(String tag, Signed signed, Address signer) {
    Optional<PublicKey> key = signer(signed);
    return key.isPresent() && key.get().address().equals(signer) && verify(tag, signed, key.get());
  }

  /** Whether this key, such as a session's, signed it. False for anything malformed. */
  public static boolean isBy(String tag, Signed signed, PublicKey key) {
    Optional<PublicKey> signer = signer(signed);
    return signer.isPresent() && signer.get().equals(key) && verify(tag, signed, key);
  }

  /** The key that it says signed it, not verified yet. */
  private static Optional<PublicKey> signer(Signed signed) {
    return PublicKey.parse(signed.getPublicKey().toByteArray());
  }

  private static boolean verify(String tag, Signed signed, PublicKey key) {
    return key.verify(hash(tag, signed), signed.getSignature().toByteArray());
  }

  /** Whether the lengths of all parts are right, which is all that can be said without a hash. */
  static boolean isWellFormed(Signed signed) {
    return signed.getSignature().size() == PublicKey.SIGNATURE_BYTES
        && signed.getPublicKey().size() == PublicKey.BYTES
        && !signed.getBody().isEmpty()
        && signed.getBody().size() <= Bounds.SIGNED_BYTES_MAX;
  }
}
