package exacta.engine.text;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * GPT-2's printable names for the 256 byte values: a printable Latin-1 character stands for itself,
 * the others for the code points from 256 on, in order. Source: OpenAI's GPT-2 encoder.
 */
final class ByteAlphabet {
  private static final char[] CHARACTERS = new char[256];
  private static final Map<Character, Byte> BYTES = new HashMap<>();

  static {
    int unprintable = 0;
    for (int value = 0; value < 256; value++) {
      boolean printable = value > ' ' && value < 0x7f || value > 0xa0 && value != 0xad;
      CHARACTERS[value] = (char) (printable ? value : 256 + unprintable++);
      BYTES.put(CHARACTERS[value], (byte) value);
    }
  }

  private ByteAlphabet() {}

  static String nameOf(int value) {
    return String.valueOf(CHARACTERS[value]);
  }

  /** The bytes that a token's name stands for; a name outside of the alphabet stands for itself. */
  static byte[] bytesOf(String name) {
    byte[] bytes = new byte[name.length()];
    for (int i = 0; i < bytes.length; i++) {
      Byte value = BYTES.get(name.charAt(i));
      if (value == null) {
        return name.getBytes(StandardCharsets.UTF_8);
      }
      bytes[i] = value;
    }
    return bytes;
  }
}
