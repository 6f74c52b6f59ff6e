package exacta.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebSocketFrameTest {
  private static String hex(WebSocketFrame frame) {
    return HexFormat.of().formatHex(frame.toBytes());
  }

  /** RFC 6455, 5.7: single-frame unmasked text, and a pong. */
  @Test
  void writesTheRfcsExamples() {
    assertEquals("810548656c6c6f", hex(WebSocketFrame.text("Hello".getBytes(UTF_8))));
    assertEquals("8a0548656c6c6f", hex(WebSocketFrame.pong("Hello".getBytes(UTF_8))));
    assertEquals("8900", hex(WebSocketFrame.ping()));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 8100",
    "125, 817d",
    "126, 817e007e",
    "256, 817e0100",
    "65535, 817effff",
    "65536, 817f0000000000010000"
  })
  void writesLengthsInTheirShortestForm(int length, String head) {
    String frame = hex(WebSocketFrame.text(new byte[length]));
    assertEquals(head + "00".repeat(length), frame);
  }

  @Test
  void cutsAReasonThatDoesNotFitBetweenCharacters() {
    assertEquals("880503f0627965", hex(WebSocketFrame.close(CloseCode.POLICY, "bye")));
    byte[] whole = WebSocketFrame.close(CloseCode.POLICY, "a" + "é".repeat(61)).payload();
    assertEquals(2 + 123, whole.length);
    byte[] cut = WebSocketFrame.close(CloseCode.POLICY, "é".repeat(62)).payload();
    assertEquals(2 + 122, cut.length);
  }

  /** RFC 6455, 1.3. */
  @Test
  void provesThatItUnderstoodTheHandshake() {
    assertEquals(
        "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", WebSocketHandshake.proof("dGhlIHNhbXBsZSBub25jZQ=="));
  }
}
