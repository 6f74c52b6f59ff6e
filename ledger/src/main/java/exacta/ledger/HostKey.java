package exacta.ledger;

import exacta.crypto.Address;
import exacta.primitives.Check;
import java.util.Arrays;

/** A host within something numbered: an epoch or a Sprint. */
record HostKey(long number, Address host) {
  private static final int BYTES = Long.BYTES + Address.BYTES;

  byte[] toBytes() {
    return Keys.of(number).and(host).toBytes();
  }

  static HostKey ofBytes(byte[] key) {
    Check.that(key.length == BYTES, "a key of number and host has 28 bytes");
    long number = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      number = number << 8 | key[i] & 0xff;
    }
    return new HostKey(number, Address.of(Arrays.copyOfRange(key, Long.BYTES, BYTES)));
  }
}
