package exacta.protocol;

import com.google.protobuf.ByteString;
import exacta.crypto.Address;
import exacta.primitives.Digest32;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Checks of a message's form. Those that throw say what is wrong with which field, by an {@link
 * IllegalArgumentException}.
 */
final class Shape {
  private Shape() {}

  static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** 1 to 64 printable ASCII characters without blanks. */
  static boolean isChainId(String text) {
    return !text.isEmpty()
        && text.length() <= Bounds.CHAIN_ID_BYTES_MAX
        && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }

  static void that(boolean condition, String rule) {
    if (!condition) {
      throw new IllegalArgumentException(rule);
    }
  }

  static void address(String field, String text) {
    if (Address.parse(text).isEmpty()) {
      throw new IllegalArgumentException(field + " is not an address");
    }
  }

  static void digest(String field, ByteString bytes) {
    if (bytes.size() != Digest32.BYTES) {
      throw new IllegalArgumentException(field + " must have 32 bytes, not " + bytes.size());
    }
  }

  /** Schema integers are unsigned; ours stay below 2^63, so that nobody reads them as negative. */
  static void natural(String field, long value) {
    that(value >= 0, field + " is too large");
  }

  static void positive(String field, long value) {
    that(value > 0, field + " must be from 1 to 2^63 - 1");
  }

  static void count(String field, int count, int least, int most) {
    if (count < least || count > most) {
      throw new IllegalArgumentException(
          "%s must have %d to %d entries, not %d".formatted(field, least, most, count));
    }
  }

  /** An {@code http} or {@code https} address without blanks or control characters. */
  static void url(String field, String text) {
    that(
        (text.startsWith("http://") || text.startsWith("https://"))
            && text.length() <= Bounds.URL_BYTES_MAX
            && text.chars().allMatch(c -> c > ' ' && c < 0x7f),
        field + " must be an http(s) address of at most " + Bounds.URL_BYTES_MAX + " characters");
  }

  static void naturals(String field, List<Long> values) {
    for (long value : values) {
      natural(field, value);
    }
  }
}
