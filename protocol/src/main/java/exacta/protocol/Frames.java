package exacta.protocol;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import exacta.protocol.v1.StreamFrame;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/** Messages one after the other in a stream, each behind its length as a varint. */
public final class Frames {
  private static final int LENGTH_BYTES_MAX = 5;

  private Frames() {}

  /** Writes a frame; does not flush. */
  public static void write(OutputStream out, MessageLite message) throws IOException {
    message.writeDelimitedTo(out);
  }

  /**
   * Waits for the next frame.
   *
   * @return empty if the stream ended behind the frame before
   * @throws IOException if the stream breaks, ends within a frame, or holds anything else than a
   *     frame of at most so many bytes
   */
  public static Optional<StreamFrame> read(InputStream in, int maxBytes) throws IOException {
    int first = in.read();
    if (first < 0) {
      return Optional.empty();
    }
    long length = length(first, in);
    if (length > maxBytes) {
      throw new IOException("a frame has at most %d bytes, not %d".formatted(maxBytes, length));
    }
    byte[] bytes = in.readNBytes((int) length);
    if (bytes.length < length) {
      throw new EOFException("the stream ends within a frame");
    }
    try {
      StreamFrame frame = StreamFrame.parseFrom(bytes);
      Optional<String> unknown = Wire.unknownField(frame);
      if (unknown.isPresent()) {
        throw new IOException("a frame has an unknown field, " + unknown.get());
      }
      return Optional.of(frame);
    } catch (InvalidProtocolBufferException e) {
      throw new IOException("a frame is not protobuf: " + e.getMessage(), e);
    }
  }

  private static long length(int first, InputStream in) throws IOException {
    long length = 0;
    int octet = first;
    for (int i = 0; i < LENGTH_BYTES_MAX; i++) {
      length |= (long) (octet & 0x7f) << (7 * i);
      if (octet < 0x80) {
        return length;
      }
      octet = in.read();
      if (octet < 0) {
        throw new EOFException("the stream ends within a frame");
      }
    }
    throw new IOException("the length of a frame is no varint of at most five bytes");
  }
}
