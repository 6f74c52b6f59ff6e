package exacta.primitives;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

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
  /** A copy of one that nobody feeds is made faster than a new one. */
  private static final MessageDigest FRESH = fresh();

  private static final int GATHERED_BYTES = 128;
  private static final int GATHERED_BYTES_MAX = 4096;

  private final MessageDigest sha256 = sha256();

  /** What was not hashed yet: fields are short, and hashing takes them in one piece faster. */
  private byte[] gathered = new byte[GATHERED_BYTES];

  private int count;

  private Hasher() {}

  /** Starts {@code H(tag, ...)}; the tag is 1 to 255 ASCII characters. */
  public static Hasher of(String tag) {
    byte[] name = tag.getBytes(StandardCharsets.US_ASCII);
    Check.that(name.length > 0 && name.length < 256, "a hash tag has 1 to 255 characters");
    Hasher hasher = new Hasher();
    hasher.room(1);
    hasher.gathered[hasher.count++] = (byte) name.length;
    hasher.add(name);
    return hasher;
  }

  /** Plain SHA-256, for formats that others define. */
  public static Digest32 sha256(byte[] data) {
    return Digest32.wrap(sha256().digest(data));
  }

  private static MessageDigest sha256() {
    try {
      return (MessageDigest) FRESH.clone();
    } catch (CloneNotSupportedException e) {
      throw new AssertionError("the JDK's SHA-256 can be copied", e);
    }
  }

  private static MessageDigest fresh() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  public Hasher bytes(byte[] field) {
    length(field.length);
    add(field);
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
    sha256.update(gathered, 0, count);
    return Digest32.wrap(sha256.digest());
  }

  private void add(byte[] data) {
    if (data.length > GATHERED_BYTES_MAX) {
      hashGathered();
      sha256.update(data);
    } else {
      room(data.length);
      System.arraycopy(data, 0, gathered, count, data.length);
      count += data.length;
    }
  }

  /** Makes room for so many more bytes. */
  private void room(int bytes) {
    if (count + bytes > GATHERED_BYTES_MAX) {
      hashGathered();
    }
    if (count + bytes > gathered.length) {
      gathered = Arrays.copyOf(gathered, Math.max(2 * gathered.length, count + bytes));
    }
  }

  private void hashGathered() {
    sha256.update(gathered, 0, count);
    count = 0;
  }

  private void length(int bytes) {
    littleEndian(bytes, 4);
  }

  private void littleEndian(long value, int bytes) {
    room(bytes);
    for (int i = 0; i < bytes; i++) {
      gathered[count++] = (byte) (value >>> (8 * i));
    }
  }

  private static void putInt(byte[] bytes, int at, int value) {
    bytes[at] = (byte) value;
    bytes[at + 1] = (byte) (value >>> 8);
    bytes[at + 2] = (byte) (value >>> 16);
    bytes[at + 3] = (byte) (value >>> 24);
  }
}
