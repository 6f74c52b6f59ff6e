package exacta.web;

import static exacta.web.WebSocketFrame.BINARY;
import static exacta.web.WebSocketFrame.CLOSE;
import static exacta.web.WebSocketFrame.CONTINUATION;
import static exacta.web.WebSocketFrame.CONTROL_BYTES_MAX;
import static exacta.web.WebSocketFrame.FINAL;
import static exacta.web.WebSocketFrame.LENGTH_OF_EIGHT;
import static exacta.web.WebSocketFrame.LENGTH_OF_TWO;
import static exacta.web.WebSocketFrame.PING;
import static exacta.web.WebSocketFrame.PONG;
import static exacta.web.WebSocketFrame.TEXT;

import io.helidon.common.buffers.DataReader;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * What a client sends, frame by frame, with all that RFC 6455 demands of it: masks, the shortest
 * form of lengths, whole control frames, messages in order, texts in UTF-8. No more is held than
 * has come. For one thread.
 */
final class WebSocketInput {
  /** Something whole. */
  sealed interface Incoming {
    /** A message, however many frames it came in. */
    record Text(byte[] utf8) implements Incoming {}

    record Ping(byte[] payload) implements Incoming {}

    record Pong() implements Incoming {}

    record Close() implements Incoming {}
  }

  private static final int RESERVED = 0x70;
  private static final int OPCODE = 0x0f;
  private static final int MASKED = 0x80;
  private static final int MASK_BYTES = 4;

  /** A control frame has this bit. */
  private static final int CONTROL = 0x8;

  /** So much is taken at once: a frame that says it is large holds no memory until it comes. */
  private static final int STEP_BYTES = 1 << 14;

  private final DataReader source;
  private final int messageBytesMax;
  private final ByteArrayOutputStream message = new ByteArrayOutputStream();
  private boolean begun;

  WebSocketInput(DataReader source, int messageBytesMax) {
    this.source = source;
    this.messageBytesMax = messageBytesMax;
  }

  /**
   * Waits for the next message or control frame.
   *
   * @throws WebSocketException if the client breaks a rule; after that nothing can be read
   * @throws RuntimeException as the source does when the connection ends
   */
  Incoming next() throws WebSocketException {
    while (true) {
      int first = source.read() & 0xff;
      int second = source.read() & 0xff;
      boolean isFinal = (first & FINAL) != 0;
      int opcode = first & OPCODE;
      demand((first & RESERVED) == 0, "no extension was agreed on");
      demand((second & MASKED) != 0, "a client masks its frames");
      long length = length(second & ~MASKED);
      if ((opcode & CONTROL) != 0) {
        demand(isFinal && length <= CONTROL_BYTES_MAX, "a control frame is whole and short");
        return control(opcode, payload((int) length));
      }
      checkOrder(opcode);
      if (length > messageBytesMax - message.size()) {
        throw new WebSocketException(
            CloseCode.TOO_LARGE, "a message has at most " + messageBytesMax + " bytes");
      }
      begun = true;
      append((int) length);
      if (isFinal) {
        return text();
      }
    }
  }

  private void checkOrder(int opcode) throws WebSocketException {
    switch (opcode) {
      case CONTINUATION -> demand(begun, "there is no message to continue");
      case TEXT -> demand(!begun, "the message before has not ended");
      case BINARY -> throw new WebSocketException(CloseCode.NOT_TEXT, "messages are texts here");
      default -> demand(false, "there is no opcode " + opcode);
    }
  }

  private static void demand(boolean kept, String rule) throws WebSocketException {
    if (!kept) {
      throw new WebSocketException(CloseCode.PROTOCOL_ERROR, rule);
    }
  }

  private long length(int brief) throws WebSocketException {
    return switch (brief) {
      case LENGTH_OF_TWO -> {
        int length = ByteBuffer.wrap(source.readBytes(Short.BYTES)).getShort() & 0xffff;
        demand(length >= LENGTH_OF_TWO, "a length takes its shortest form");
        yield length;
      }
      case LENGTH_OF_EIGHT -> {
        long length = ByteBuffer.wrap(source.readBytes(Long.BYTES)).getLong();
        demand(length < 0 || length > 0xffff, "a length takes its shortest form");
        demand(length >= 0, "a length has 63 bits");
        yield length;
      }
      default -> brief;
    };
  }

  private byte[] payload(int length) {
    byte[] mask = source.readBytes(MASK_BYTES);
    // Even of nothing the source would wait for more to come.
    byte[] payload = length == 0 ? new byte[0] : source.readBytes(length);
    unmask(payload, mask, 0);
    return payload;
  }

  private void append(int length) {
    byte[] mask = source.readBytes(MASK_BYTES);
    for (int at = 0; at < length; at += STEP_BYTES) {
      byte[] step = source.readBytes(Math.min(STEP_BYTES, length - at));
      unmask(step, mask, at);
      message.writeBytes(step);
    }
  }

  /**
   * @param at where these bytes begin in their frame
   */
  private static void unmask(byte[] bytes, byte[] mask, int at) {
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] ^= mask[(at + i) % MASK_BYTES];
    }
  }

  private Incoming text() throws WebSocketException {
    byte[] utf8 = message.toByteArray();
    message.reset();
    begun = false;
    demandUtf8(ByteBuffer.wrap(utf8));
    return new Incoming.Text(utf8);
  }

  private static Incoming control(int opcode, byte[] payload) throws WebSocketException {
    switch (opcode) {
      case PING -> {
        return new Incoming.Ping(payload);
      }
      case PONG -> {
        return new Incoming.Pong();
      }
      case CLOSE -> {
        demand(payload.length != 1, "a close frame's code has two bytes");
        if (payload.length > 1) {
          ByteBuffer rest = ByteBuffer.wrap(payload);
          int code = rest.getShort() & 0xffff;
          demand(CloseCode.isAllowed(code), "nobody closes with " + code);
          demandUtf8(rest);
        }
        return new Incoming.Close();
      }
      default -> {
        throw new WebSocketException(CloseCode.PROTOCOL_ERROR, "there is no opcode " + opcode);
      }
    }
  }

  private static void demandUtf8(ByteBuffer bytes) throws WebSocketException {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(bytes);
    } catch (CharacterCodingException e) {
      throw new WebSocketException(CloseCode.INVALID_UTF8, "texts are UTF-8");
    }
  }
}
