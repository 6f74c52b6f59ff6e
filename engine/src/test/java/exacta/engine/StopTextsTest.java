package exacta.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class StopTextsTest {
  @Test
  void findsATextWhereverItIsCutIntoTokens() {
    byte[] bytes = "ab caf\u00e9 \uD83D\uDE00 end".getBytes(StandardCharsets.UTF_8);
    for (int size = 1; size <= bytes.length; size++) {
      StopTexts stops = new StopTexts(List.of("zzz", "\u00e9 \uD83D\uDE00 e"));
      int found = -1;
      for (int at = 0; at < bytes.length && found < 0; at += size) {
        byte[] token = Arrays.copyOfRange(bytes, at, Math.min(at + size, bytes.length));
        found = stops.complete(token) ? at + token.length : -1;
      }
      assertEquals(Math.min(Math.ceilDiv(15, size) * size, bytes.length), found, "size " + size);
    }
  }

  @Test
  void findsATextAfterABeginningThatRepeats() {
    StopTexts stops = new StopTexts(List.of("aab"));
    assertFalse(stops.complete(bytes("aa")));
    assertFalse(stops.complete(bytes("")));
    assertFalse(stops.complete(bytes("a")));
    assertTrue(stops.complete(bytes("b")));
  }

  @Test
  void findsATextInsideOfOneToken() {
    assertTrue(new StopTexts(List.of("b", "long one")).complete(bytes("abc")));
    assertFalse(new StopTexts(List.of()).complete(bytes("abc")));
  }

  @Test
  void samplingRefusesWhatIsOutOfRange() {
    refuses(-1, 0, 1, List.of());
    refuses(0.0001f, 0, 1, List.of());
    refuses(11, 0, 1, List.of());
    refuses(Float.NaN, 0, 1, List.of());
    refuses(1, -1, 1, List.of());
    refuses(1, 0, 0, List.of());
    refuses(1, 0, 1.5f, List.of());
    refuses(1, 0, Float.NaN, List.of());
    refuses(1, 0, 1, List.of(""));
    refuses(1, 0, 1, List.of("\ud800"));
    refuses(1, 0, 1, List.of("x".repeat(257)));
    refuses(1, 0, 1, Collections.nCopies(17, "x"));
    new Sampling(10, Integer.MAX_VALUE, 1, Collections.nCopies(16, "x".repeat(256)));
  }

  private static void refuses(float temperature, int topK, float topP, List<String> stop) {
    assertThrows(IllegalArgumentException.class, () -> new Sampling(temperature, topK, topP, stop));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
