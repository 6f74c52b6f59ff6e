package exacta.acceptance;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damages bytes in the ways that parsers are known to mind. One seed gives one damage. */
final class Mutation {
  private static final int BYTES_MAX = 64 << 10;

  /** What JSON and URIs mind. */
  private static final List<String> TOKENS =
      List.of(
          "null",
          "-1",
          "0",
          "1e999",
          "9223372036854775808",
          "18446744073709551616",
          "\"\"",
          "{}",
          "[]",
          "{",
          "}",
          "[",
          "]",
          "\"",
          ",",
          ":",
          "\\u0000",
          "\\ud800",
          "%00",
          "%ff",
          "%",
          "&",
          "=",
          "/",
          "..",
          "'",
          "0x",
          "0xzz",
          "AND",
          ">=",
          "true",
          "\u00e9",
          "\r\n",
          "\0");

  private final Random random;

  Mutation(Random random) {
    this.random = random;
  }

  /** A few changes of bytes. */
  byte[] ofBytes(byte[] valid, byte[] other) {
    byte[] damaged = valid;
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      damaged = changed(damaged, other);
    }
    return damaged;
  }

  /** The same, and words of the grammar. */
  byte[] ofText(byte[] valid, byte[] other) {
    byte[] damaged = valid;
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      damaged = random.nextInt(3) == 0 ? changed(damaged, other) : withToken(damaged);
    }
    return damaged;
  }

  private byte[] withToken(byte[] bytes) {
    String token = TOKENS.get(random.nextInt(TOKENS.size()));
    int times = random.nextInt(12) == 0 ? 1 + random.nextInt(2000) : 1;
    int from = random.nextInt(bytes.length + 1);
    int to = random.nextBoolean() ? from : Math.min(bytes.length, from + random.nextInt(8));
    return replaced(bytes, from, to, token.repeat(times).getBytes(StandardCharsets.UTF_8));
  }

  private byte[] changed(byte[] bytes, byte[] other) {
    if (bytes.length == 0) {
      return new byte[] {(byte) random.nextInt()};
    }
    int at = random.nextInt(bytes.length);
    int to = Math.min(bytes.length, at + 1 + random.nextInt(16));
    return switch (random.nextInt(12)) {
      case 0, 1 -> {
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) (1 << random.nextInt(8));
        yield flipped;
      }
      case 2 -> {
        byte[] set = bytes.clone();
        set[at] = (byte) random.nextInt();
        yield set;
      }
      case 3 -> Arrays.copyOf(bytes, at);
      case 4 -> replaced(bytes, at, to, new byte[0]);
      case 5 -> replaced(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
      case 6 -> replaced(bytes, at, at, randomBytes(1 + random.nextInt(8)));
      case 7 -> replaced(bytes, at, at + 1, varint());
      case 8 -> spliced(bytes, other);
      case 9 -> nested(bytes);
      case 10 -> manyTimes(bytes, at, to);
      default -> {
        byte[] set = bytes.clone();
        set[at] = random.nextBoolean() ? (byte) 0x7f : (byte) -1;
        yield set;
      }
    };
  }

  private byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  /** A number that is larger than anything that could follow. */
  private byte[] varint() {
    byte[] varint = new byte[1 + random.nextInt(10)];
    Arrays.fill(varint, (byte) -1);
    varint[varint.length - 1] = (byte) (random.nextBoolean() ? 1 : 0x7f);
    return varint;
  }

  private byte[] spliced(byte[] bytes, byte[] other) {
    int keep = random.nextInt(bytes.length);
    int from = random.nextInt(other.length + 1);
    return replaced(bytes, keep, bytes.length, Arrays.copyOfRange(other, from, other.length));
  }

  /** A message in a message in a message. */
  private byte[] nested(byte[] bytes) {
    byte[] inner = bytes;
    int depth = 1 + random.nextInt(200);
    byte tag = (byte) ((1 + random.nextInt(15)) << 3 | 2);
    for (int i = 0; i < depth && inner.length < BYTES_MAX; i++) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(tag);
      int length = inner.length;
      while (length > 0x7f) {
        out.write(length & 0x7f | 0x80);
        length >>>= 7;
      }
      out.write(length);
      out.writeBytes(inner);
      inner = out.toByteArray();
    }
    return inner;
  }

  /** The same piece again and again: huge counts of something. */
  private byte[] manyTimes(byte[] bytes, int from, int to) {
    int count = random.nextInt(8) == 0 ? 4000 : 1 + random.nextInt(50);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < count && out.size() < BYTES_MAX; i++) {
      out.write(bytes, from, to - from);
    }
    return replaced(bytes, from, to, out.toByteArray());
  }

  private static byte[] replaced(byte[] bytes, int from, int to, byte[] by) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + by.length);
    out.write(bytes, 0, from);
    out.writeBytes(by);
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }
}
