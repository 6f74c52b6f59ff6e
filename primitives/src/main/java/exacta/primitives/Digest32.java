package exacta.primitives;

import java.util.Arrays;
import java.util.HexFormat;

/** A 32-byte hash value. Immutable; ordered as unsigned bytes. */
public final class Digest32 implements Comparable<Digest32> {
  public static final int BYTES = 32;
  public static final Digest32 ZERO = new Digest32(new byte[BYTES]);

  private final byte[] bytes;

  private Digest32(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Copies the bytes.
   *
   * @throws IllegalArgumentException unless there are exactly 32
   */
  public static Digest32 of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a digest has 32 bytes, not " + bytes.length);
    }
    return new Digest32(bytes.clone());
  }

  /**
   * Reads 64 hexadecimal digits of either case.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static Digest32 ofHex(String hex) {
    return of(HexFormat.of().parseHex(hex));
  }

  static Digest32 wrap(byte[] bytes) {
    Check.that(bytes.length == BYTES, "a digest has 32 bytes");
    return new Digest32(bytes);
  }

  /** A fresh copy of the bytes. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  byte[] unsafeBytes() {
    return bytes;
  }

  /** Bytes {@code 8 * index} to {@code 8 * index + 7} as a little-endian integer; index 0 to 3. */
  public long longAt(int index) {
    long value = 0;
    for (int i = 7; i >= 0; i--) {
      value = (value << 8) | (bytes[8 * index + i] & 0xff);
    }
    return value;
  }

  public String toHex() {
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public int compareTo(Digest32 other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Digest32 that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The hexadecimal form. */
  @Override
  public String toString() {
    return toHex();
  }
}
