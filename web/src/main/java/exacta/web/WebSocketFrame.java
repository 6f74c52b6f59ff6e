package exacta.web;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A frame that a server sends: whole, and without a mask (RFC 6455, 5.2).
 *
 * @param opcode one of those below
 */
record WebSocketFrame(int opcode, byte[] payload) {
  static final int CONTINUATION = 0x0;
  static final int TEXT = 0x1;
  static final int BINARY = 0x2;
  static final int CLOSE = 0x8;
  static final int PING = 0x9;
  static final int PONG = 0xa;

  /** The first bit of a frame that ends its message. */
  static final int FINAL = 0x80;

  /** Of close, ping and pong. */
  static final int CONTROL_BYTES_MAX = 125;

  /** In place of a length: it follows in two bytes, or in eight. */
  static final int LENGTH_OF_TWO = 126;

  static final int LENGTH_OF_EIGHT = 127;
  private static final int HEAD_BYTES_MAX = 2 + Long.BYTES;

  static WebSocketFrame text(byte[] utf8) {
    return new WebSocketFrame(TEXT, utf8);
  }

  static WebSocketFrame ping() {
    return new WebSocketFrame(PING, new byte[0]);
  }

  static WebSocketFrame pong(byte[] payload) {
    return new WebSocketFrame(PONG, payload);
  }

  /** The reason is cut where it does not fit. */
  static WebSocketFrame close(CloseCode code, String reason) {
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    int bytes = Math.min(text.length, CONTROL_BYTES_MAX - Short.BYTES);
    while (bytes < text.length && bytes > 0 && (text[bytes] & 0xc0) == 0x80) {
      bytes--; // not within a character
    }
    return new WebSocketFrame(
        CLOSE,
        ByteBuffer.allocate(Short.BYTES + bytes)
            .putShort((short) code.number())
            .put(text, 0, bytes)
            .array());
  }

  byte[] toBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(HEAD_BYTES_MAX + payload.length);
    bytes.put((byte) (FINAL | opcode));
    if (payload.length < LENGTH_OF_TWO) {
      bytes.put((byte) payload.length);
    } else if (payload.length <= 0xffff) {
      bytes.put((byte) LENGTH_OF_TWO).putShort((short) payload.length);
    } else {
      bytes.put((byte) LENGTH_OF_EIGHT).putLong(payload.length);
    }
    bytes.put(payload);
    return Arrays.copyOf(bytes.array(), bytes.position());
  }
}
