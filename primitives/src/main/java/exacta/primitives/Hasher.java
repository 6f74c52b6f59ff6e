package exacta.primitives;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * SHA-256 over a tag and a list of fields, such that two different lists never give the same input
 * bytes.
 *
 * <p>{@code H(tag, f1, f2, ...)} is SHA-256 of: one byte with the length of the tag, the tag in
 * ASCII, then for every field its length as four little-endian bytes and its bytes. Integers are
 * eight little-endian bytes, texts UTF-8, token lists four little-endian bytes a token. Spec:
 * encoding.md#tagged-hash.
 *
 * <p>One use: {@link #finish} ends it. Not safe for several threads.
 */
public final class Hasher {
  private final MessageDigest sha256;
  private final byte[] scratch = new byte[8];

  private Hasher(MessageDigest sha256) {
    this.sha256 = sha256;
  }

  /** Starts {@code H(tag, ...)}; the tag is 1 to 255 ASCII characters. */
  public static Hasher of(String tag) {
    byte[] name = tag.getBytes(StandardCharsets.US_ASCII);
    Check.that(name.length > 0 && name.length < 256, "a hash tag has 1 to 255 characters");
    Hasher hasher = new Hasher(sha256());
    hasher.sha256.update((byte) name.length);
    hasher.sha256.update(name);
    return hasher;
  }

  /** Plain SHA-256, for formats that others define. */
  public static Digest32 sha256(byte[] data) {
    return Digest32.wrap(sha256().digest(data));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  public Hasher bytes(byte[] field) {
    length(field.length);
    sha256.update(field);
    return this;
  }

  public Hasher digest(Digest32 field) {
    return bytes(field.unsafeBytes());
  }

  public Hasher text(String field) {
    return bytes(field.getBytes(StandardCharsets.UTF_8));
  }

  public Hasher integer(long field) {
    length(8);
    littleEndian(field, 8);
    return this;
  }

  /** A list of tokens as one field. */
  public Hasher tokens(int[] field) {
    byte[] bytes = new byte[4 * field.length];
    for (int i = 0; i < field.length; i++) {
      putInt(bytes, 4 * i, field[i]);
    }
    return bytes(bytes);
  }

  /**
   * The raw bits of some floats as one field, little-endian: {@code values[offset]} to {@code
   * values[offset + count - 1]}.
   */
  public Hasher floats(float[] values, int offset, int count) {
    byte[] bytes = new byte[4 * count];
    for (int i = 0; i < count; i++) {
      putInt(bytes, 4 * i, Float.floatToRawIntBits(values[offset + i]));
    }
    return bytes(bytes);
  }

  public Digest32 finish() {
    return Digest32.wrap(sha256.digest());
  }

  private void length(int bytes) {
    littleEndian(bytes, 4);
  }

  private void littleEndian(long value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      scratch[i] = (byte) (value >>> (8 * i));
    }
    sha256.update(scratch, 0, bytes);
  }

  private static void putInt(byte[] bytes, int at, int value) {
    bytes[at] = (byte) value;
    bytes[at + 1] = (byte) (value >>> 8);
    bytes[at + 2] = (byte) (value >>> 16);
    bytes[at + 3] = (byte) (value >>> 24);
  }
}
