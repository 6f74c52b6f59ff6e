package exacta.ledger;

import exacta.crypto.Address;
import exacta.primitives.Digest32;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Builds a key of the state from fields of fixed length; numbers are big-endian, so that entries
 * lie in the order of their numbers. One use. Spec: ledger.md#state.
 */
final class Keys {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);

  private Keys() {}

  static Keys of(long number) {
    return new Keys().and(number);
  }

  static Keys of(Address address) {
    return new Keys().and(address);
  }

  static Keys of(Digest32 digest) {
    return new Keys().and(digest);
  }

  Keys and(long number) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes.write((int) (number >>> shift));
    }
    return this;
  }

  Keys and(Address address) {
    bytes.writeBytes(address.toBytes());
    return this;
  }

  Keys and(Digest32 digest) {
    bytes.writeBytes(digest.toBytes());
    return this;
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }

  static byte[] ofText(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
