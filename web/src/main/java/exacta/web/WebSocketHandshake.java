package exacta.web;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Method;
import io.helidon.http.Status;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Whether a request opens a WebSocket (RFC 6455, 4.2). Pages of every origin may: whoever serves
 * secrets must ask for them in the messages.
 */
sealed interface WebSocketHandshake {
  /**
   * It does.
   *
   * @param proof the value of {@code Sec-WebSocket-Accept}
   */
  record Accepted(String proof) implements WebSocketHandshake {}

  record Refused(Status status, String reason) implements WebSocketHandshake {}

  String PROTOCOL = "websocket";
  HeaderName KEY = HeaderNames.create("Sec-WebSocket-Key");
  HeaderName VERSION = HeaderNames.create("Sec-WebSocket-Version");

  /** The only version that there ever was. */
  String VERSION_NUMBER = "13";

  static WebSocketHandshake check(HttpPrologue prologue, Headers headers) {
    if (!prologue.method().equals(Method.GET)
        || !hasToken(headers, HeaderNames.UPGRADE, PROTOCOL)
        || !hasToken(headers, HeaderNames.CONNECTION, "upgrade")) {
      return new Refused(
          Status.BAD_REQUEST_400,
          "here is a WebSocket: GET with Upgrade: websocket and Connection: Upgrade");
    }
    if (!values(headers, VERSION).equals(List.of(VERSION_NUMBER))) {
      return new Refused(
          Status.UPGRADE_REQUIRED_426, "Sec-WebSocket-Version must be " + VERSION_NUMBER);
    }
    List<String> keys = values(headers, KEY);
    return keys.size() == 1 && isKey(keys.getFirst())
        ? new Accepted(proof(keys.getFirst()))
        : new Refused(Status.BAD_REQUEST_400, "Sec-WebSocket-Key must be 16 bytes in base64");
  }

  private static List<String> values(Headers headers, HeaderName name) {
    return headers.contains(name)
        ? headers.get(name).allValues().stream()
            .flatMap(value -> Arrays.stream(value.split(",")))
            .map(String::strip)
            .toList()
        : List.of();
  }

  private static boolean hasToken(Headers headers, HeaderName name, String token) {
    return values(headers, name).stream().anyMatch(token::equalsIgnoreCase);
  }

  private static boolean isKey(String text) {
    try {
      return Base64.getDecoder().decode(text).length == 16;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** By this the client sees that its request was understood, and not answered from a cache. */
  static String proof(String key) {
    try {
      byte[] text =
          (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-1", e);
    }
  }
}
