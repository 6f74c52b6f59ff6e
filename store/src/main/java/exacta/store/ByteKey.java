package exacta.store;

import java.util.Arrays;

/** A key that is looked up in maps. It owns its bytes. */
final class ByteKey implements Comparable<ByteKey> {
  private final byte[] bytes;
  private final int hash;

  /** Takes the bytes, which nobody changes from now on. */
  ByteKey(byte[] bytes) {
    this.bytes = bytes;
    this.hash = Arrays.hashCode(bytes);
  }

  byte[] bytes() {
    return bytes;
  }

  /** By unsigned bytes, so that a map stays fast whatever keys people choose. */
  @Override
  public int compareTo(ByteKey other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ByteKey that && hash == that.hash && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
