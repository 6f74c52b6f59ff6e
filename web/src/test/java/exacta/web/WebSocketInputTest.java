package exacta.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import exacta.web.WebSocketInput.Incoming;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What RFC 6455 says of frames, by its own examples and by what it forbids. */
@Timeout(60)
class WebSocketInputTest {
  private static final int MESSAGE_BYTES_MAX = 100_000;

  /** The mask of the RFC's examples. */
  private static final String MASK = "37fa213d";

  private static WebSocketInput of(List<byte[]> pieces) {
    Iterator<byte[]> rest = pieces.iterator();
    return new WebSocketInput(
        DataReader.create(() -> rest.hasNext() ? rest.next() : null), MESSAGE_BYTES_MAX);
  }

  private static WebSocketInput of(String hex) {
    return of(List.of(HexFormat.of().parseHex(hex.replace(" ", ""))));
  }

  private static void assertText(String expected, Incoming incoming) {
    assertEquals(
        expected, new String(assertInstanceOf(Incoming.Text.class, incoming).utf8(), UTF_8));
  }

  /** A masked text frame of this length, of zeros: masked, they are the mask. */
  private static byte[] zeros(String head, int length) {
    byte[] start = HexFormat.of().parseHex(head + "00000000");
    return Arrays.copyOf(start, start.length + length);
  }

  @Test
  void readsTheRfcsMaskedHello() throws WebSocketException {
    assertText("Hello", of("81 85 37 fa 21 3d 7f 9f 4d 51 58").next());
  }

  @Test
  void putsFragmentsTogetherAroundAPing() throws WebSocketException {
    // "Hel", a ping of "Hello" in between, and "lo": all with the mask of zeros.
    WebSocketInput input =
        of(
            "01 83 00000000 48 65 6c"
                + "89 85 00000000 48 65 6c 6c 6f"
                + "00 80 00000000"
                + "80 82 00000000 6c 6f");
    assertArrayEquals(
        "Hello".getBytes(UTF_8), assertInstanceOf(Incoming.Ping.class, input.next()).payload());
    assertText("Hello", input.next());
  }

  @Test
  void readsWhateverThePiecesAreThatItCameIn() throws WebSocketException {
    byte[] bytes = HexFormat.of().parseHex("8185" + MASK + "7f9f4d5158" + "8a80" + MASK);
    WebSocketInput input =
        of(IntStream.range(0, bytes.length).mapToObj(i -> new byte[] {bytes[i]}).toList());
    assertText("Hello", input.next());
    assertInstanceOf(Incoming.Pong.class, input.next());
    assertThrows(InsufficientDataAvailableException.class, input::next);
  }

  @Test
  void readsAllThreeFormsOfLengths() throws WebSocketException {
    for (int length : new int[] {0, 1, 125}) {
      assertText(
          "\0".repeat(length),
          of(List.of(zeros("81%02x".formatted(0x80 | length), length))).next());
    }
    for (int length : new int[] {126, 65_535}) {
      assertText(
          "\0".repeat(length), of(List.of(zeros("81fe%04x".formatted(length), length))).next());
    }
    for (int length : new int[] {65_536, MESSAGE_BYTES_MAX}) {
      assertText(
          "\0".repeat(length), of(List.of(zeros("81ff%016x".formatted(length), length))).next());
    }
  }

  /** The mask goes on over the whole frame, however long it is. */
  @Test
  void unmasksLongFrames() throws WebSocketException {
    byte[] frame = zeros("81ff%016x".formatted(70_000), 70_000);
    byte[] mask = {1, 2, 3, 4};
    System.arraycopy(mask, 0, frame, 10, 4);
    for (int i = 0; i < 70_000; i++) {
      frame[14 + i] = (byte) ('a' ^ mask[i % 4]);
    }
    assertText("a".repeat(70_000), of(List.of(frame)).next());
  }

  @ParameterizedTest
  @CsvSource({
    "'88 80 00000000'",
    "'88 82 00000000 03e8'",
    "'88 85 00000000 03f3 627965'",
    "'88 82 00000000 0fa0'"
  })
  void understandsWhoCloses(String hex) throws WebSocketException {
    assertInstanceOf(Incoming.Close.class, of(hex).next());
  }

  @ParameterizedTest
  @CsvSource({
    "PROTOCOL_ERROR, an unmasked frame, '81 05 48656c6c6f'",
    "PROTOCOL_ERROR, a bit of an extension, 'c1 80 00000000'",
    "PROTOCOL_ERROR, a reserved opcode of data, '83 80 00000000'",
    "PROTOCOL_ERROR, a reserved opcode of control, '8b 80 00000000'",
    "PROTOCOL_ERROR, a ping in fragments, '09 80 00000000'",
    "PROTOCOL_ERROR, a long ping, '89 fe 007e 00000000'",
    "PROTOCOL_ERROR, nothing to continue, '80 80 00000000'",
    "PROTOCOL_ERROR, a message within a message, '01 80 00000000 81 80 00000000'",
    "PROTOCOL_ERROR, two bytes for a short length, '81 fe 007d 00000000'",
    "PROTOCOL_ERROR, eight bytes for a short length, '81 ff 000000000000ffff 00000000'",
    "PROTOCOL_ERROR, a length of 64 bits, '81 ff 8000000000000000 00000000'",
    "PROTOCOL_ERROR, half a code, '88 81 00000000 03'",
    "PROTOCOL_ERROR, a code that nobody sends, '88 82 00000000 03ee'",
    "PROTOCOL_ERROR, a code below all, '88 82 00000000 03e7'",
    "NOT_TEXT, a binary message, '82 80 00000000'",
    "INVALID_UTF8, a text that is none, '81 82 00000000 c328'",
    "INVALID_UTF8, half a character, '81 81 00000000 e2'",
    "INVALID_UTF8, a surrogate, '81 83 00000000 eda080'",
    "INVALID_UTF8, a reason that is no text, '88 83 00000000 03e8 ff'",
    "TOO_LARGE, a long frame, '81 ff 00000000000186a1 00000000'",
    "TOO_LARGE, the longest frame, '81 ff 7fffffffffffffff 00000000'",
    "TOO_LARGE, the longest fragment behind another, '01 81 00000000 00 80 ff 7fffffffffffffff"
        + " 00000000'",
    "TOO_LARGE, a message of fragments, '01 81 00000000 00 80 ff 00000000000186a0 00000000'"
  })
  void refuses(CloseCode code, String what, String hex) {
    WebSocketInput input = of(hex);
    assertEquals(code, assertThrows(WebSocketException.class, input::next, what).code());
  }

  @Test
  void aCharacterMayBeCutByFragments() throws WebSocketException {
    assertText("€", of("01 81 00000000 e2 80 82 00000000 82ac").next());
  }
}
