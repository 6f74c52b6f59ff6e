package exacta.crypto;

import java.util.Arrays;
import java.util.Locale;

/**
 * Bech32 texts: a prefix in the clear, bytes in 32 letters, and a checksum that finds any four
 * mistyped letters. Source: BIP-173.
 */
public final class Bech32 {
  /** BIP-173 allows no longer text. */
  public static final int LENGTH_MAX = 90;

  private static final String LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  private static final int[] GENERATOR = {
    0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3
  };

  /** For each value of the five bits that leave the checksum, the sum of their generators. */
  private static final int[] REDUCTION = reduction();

  /** The value of each ASCII letter; -1: none. */
  private static final byte[] VALUES = values();

  private static final int CHECKSUM_LETTERS = 6;

  /** What a text says. */
  public record Decoded(String prefix, byte[] data) {}

  private Bech32() {}

  /**
   * The text for these bytes, in lower case.
   *
   * @throws IllegalArgumentException for a prefix that is empty or not in lower case, or if the
   *     text would be too long
   */
  public static String encode(String prefix, byte[] data) {
    checkPrefix(prefix);
    if (!prefix.equals(prefix.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException("the prefix must be in lower case: " + prefix);
    }
    byte[] groups = regroup(data, 8, 5, true);
    if (prefix.length() + 1 + groups.length + CHECKSUM_LETTERS > LENGTH_MAX) {
      throw new IllegalArgumentException(data.length + " bytes are too many for bech32");
    }
    int checksum = polymod(polymod(prefixState(prefix), groups), new byte[CHECKSUM_LETTERS]) ^ 1;
    StringBuilder text = new StringBuilder(prefix).append('1');
    for (byte group : groups) {
      text.append(LETTERS.charAt(group));
    }
    for (int i = CHECKSUM_LETTERS - 1; i >= 0; i--) {
      text.append(LETTERS.charAt((checksum >>> (5 * i)) & 31));
    }
    return text.toString();
  }

  /**
   * Reads a text that is all in lower or all in upper case; the prefix comes back in lower case.
   *
   * @throws IllegalArgumentException that says what is wrong with the text
   */
  public static Decoded decode(String text) {
    if (text.length() > LENGTH_MAX) {
      throw new IllegalArgumentException("longer than " + LENGTH_MAX + " characters");
    }
    String lower = text.toLowerCase(Locale.ROOT);
    if (!text.equals(lower) && !text.equals(text.toUpperCase(Locale.ROOT))) {
      throw new IllegalArgumentException("mixes upper and lower case");
    }
    int separator = lower.lastIndexOf('1');
    if (separator < 1 || separator + 1 + CHECKSUM_LETTERS > lower.length()) {
      throw new IllegalArgumentException("has no prefix, '1' and checksum");
    }
    String prefix = lower.substring(0, separator);
    checkPrefix(prefix);
    byte[] groups = new byte[lower.length() - separator - 1];
    for (int i = 0; i < groups.length; i++) {
      char letter = lower.charAt(separator + 1 + i);
      int value = letter < VALUES.length ? VALUES[letter] : -1;
      if (value < 0) {
        throw new IllegalArgumentException("has the letter '" + letter + "', which bech32 lacks");
      }
      groups[i] = (byte) value;
    }
    if (polymod(prefixState(prefix), groups) != 1) {
      throw new IllegalArgumentException("has a wrong checksum; is it mistyped?");
    }
    byte[] data = new byte[groups.length - CHECKSUM_LETTERS];
    System.arraycopy(groups, 0, data, 0, data.length);
    return new Decoded(prefix, regroup(data, 5, 8, false));
  }

  private static void checkPrefix(String prefix) {
    boolean isPrintable = !prefix.isEmpty();
    for (int i = 0; i < prefix.length(); i++) {
      isPrintable &= prefix.charAt(i) >= 33 && prefix.charAt(i) <= 126;
    }
    if (!isPrintable) {
      throw new IllegalArgumentException("the prefix must be printable ASCII, at least one letter");
    }
  }

  private static int prefixState(String prefix) {
    byte[] expanded = new byte[2 * prefix.length() + 1];
    for (int i = 0; i < prefix.length(); i++) {
      expanded[i] = (byte) (prefix.charAt(i) >>> 5);
      expanded[prefix.length() + 1 + i] = (byte) (prefix.charAt(i) & 31);
    }
    return polymod(1, expanded);
  }

  private static int polymod(int state, byte[] groups) {
    int sum = state;
    for (byte group : groups) {
      sum = (sum & 0x1ffffff) << 5 ^ group ^ REDUCTION[sum >>> 25];
    }
    return sum;
  }

  private static int[] reduction() {
    int[] sums = new int[1 << GENERATOR.length];
    for (int bits = 0; bits < sums.length; bits++) {
      for (int i = 0; i < GENERATOR.length; i++) {
        sums[bits] ^= (bits >>> i & 1) == 1 ? GENERATOR[i] : 0;
      }
    }
    return sums;
  }

  private static byte[] values() {
    byte[] values = new byte[128];
    Arrays.fill(values, (byte) -1);
    for (int i = 0; i < LETTERS.length(); i++) {
      values[LETTERS.charAt(i)] = (byte) i;
    }
    return values;
  }

  /** Cuts the same bits into groups of another size; what is left over must be zero padding. */
  private static byte[] regroup(byte[] groups, int from, int to, boolean pad) {
    byte[] out = new byte[(groups.length * from + (pad ? to - 1 : 0)) / to];
    int held = 0;
    int bits = 0;
    int at = 0;
    for (byte group : groups) {
      held = (held << from | group & ((1 << from) - 1)) & 0xfff;
      bits += from;
      while (bits >= to) {
        bits -= to;
        out[at++] = (byte) (held >>> bits & ((1 << to) - 1));
      }
    }
    if (pad && bits > 0) {
      out[at] = (byte) (held << (to - bits) & ((1 << to) - 1));
    } else if (!pad && (bits >= from || (held & ((1 << bits) - 1)) != 0)) {
      throw new IllegalArgumentException("has padding that is not zero");
    }
    return out;
  }
}
