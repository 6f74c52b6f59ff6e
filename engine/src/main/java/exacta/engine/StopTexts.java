package exacta.engine;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Looks for stop texts in the bytes of an answer as they come; a text may be spread over tokens.
 * Spec: generation.md#stop.
 */
final class StopTexts {
  private final List<byte[]> texts;
  private final int longest;

  /** The last bytes, fewer than the longest text has. */
  private byte[] tail = new byte[0];

  StopTexts(List<String> texts) {
    this.texts = texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    longest = this.texts.stream().mapToInt(text -> text.length).max().orElse(0);
  }

  /** Takes the bytes of one more token; true if they complete a stop text. */
  boolean complete(byte[] bytes) {
    if (longest == 0) {
      return false;
    }
    byte[] window = Arrays.copyOf(tail, tail.length + bytes.length);
    System.arraycopy(bytes, 0, window, tail.length, bytes.length);
    boolean found = texts.stream().anyMatch(text -> contains(window, text));
    int kept = Math.min(window.length, longest - 1);
    tail = Arrays.copyOfRange(window, window.length - kept, window.length);
    return found;
  }

  private static boolean contains(byte[] window, byte[] text) {
    for (int at = 0; at + text.length <= window.length; at++) {
      if (Arrays.equals(window, at, at + text.length, text, 0, text.length)) {
        return true;
      }
    }
    return false;
  }
}
