package exacta.engine.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * GPT-2's printable names for the 256 byte values: a printable Latin-1 character stands for itself,
 * the others for the code points from 256 on, in order. Source: OpenAI's GPT-2 encoder.
 */
final class ByteAlphabet {
  private static final char[] CHARACTERS = new char[256];

  /** The byte of each character of the alphabet, or -1. */
  private static final short[] BYTES = new short[512];

  static {
    Arrays.fill(BYTES, (short) -1);
    int unprintable = 0;
    for (int value = 0; value < 256; value++) {
      boolean printable = value > ' ' && value < 0x7f || value > 0xa0 && value != 0xad;
      CHARACTERS[value] = (char) (printable ? value : 256 + unprintable++);
      BYTES[CHARACTERS[value]] = (short) value;
    }
  }

  private ByteAlphabet() {}

  static String nameOf(int value) {
    return String.valueOf(CHARACTERS[value]);
  }

  static char characterOf(int value) {
    return CHARACTERS[value];
  }

  /** The bytes that a token's name stands for; a name outside of the alphabet stands for itself. */
  static byte[] bytesOf(String name) {
    byte[] bytes = new byte[name.length()];
    for (int i = 0; i < bytes.length; i++) {
      char c = name.charAt(i);
      if (c >= BYTES.length || BYTES[c] < 0) {
        return name.getBytes(StandardCharsets.UTF_8);
      }
      bytes[i] = (byte) BYTES[c];
    }
    return bytes;
  }
}
