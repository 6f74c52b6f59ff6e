package exacta.crypto;

import fr.acinq.secp256k1.Secp256k1;
import fr.acinq.secp256k1.Secp256k1Exception;
import java.util.Optional;

/** libsecp256k1 through JNI. */
final class NativeEcdsa implements Ecdsa {
  private final Secp256k1 library;

  /**
   * @throws IllegalStateException or a {@link LinkageError} where the library has no code for this
   *     machine
   */
  NativeEcdsa() {
    library = Secp256k1.get();
  }

  @Override
  public byte[] sign(byte[] hash, byte[] privateKey) {
    return library.sign(hash, privateKey, null);
  }

  @Override
  public boolean verify(byte[] hash, byte[] signature, byte[] publicKey) {
    try {
      return library.verify(signature, hash, publicKey);
    } catch (Secp256k1Exception e) {
      // How this library says that r or s is not below the group's order.
      return false;
    }
  }

  @Override
  public byte[] publicKey(byte[] privateKey) {
    return library.pubKeyCompress(library.pubkeyCreate(privateKey));
  }

  @Override
  public Optional<byte[]> uncompressed(byte[] compressed) {
    try {
      return Optional.of(library.pubkeyParse(compressed));
    } catch (Secp256k1Exception e) {
      return Optional.empty();
    }
  }
}
