package exacta.consensus.abci;

import com.google.protobuf.InvalidProtocolBufferException;
import exacta.consensus.abci.wire.Request;
import exacta.consensus.abci.wire.Response;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Messages on a socket: the length as an unsigned varint, then the message. Spec: abci.md#frames.
 */
final class AbciFrames {
  /** The largest that a genesis or a piece of a snapshot may need; blocks are far below it. */
  static final int BYTES_MAX = 128 << 20;

  /** Up to here a buffer is made at once; a longer one grows with what really comes. */
  private static final int TRUSTED_BYTES = 1 << 20;

  /** Enough for every length that is allowed. */
  private static final int LENGTH_BYTES_MAX = 5;

  private AbciFrames() {}

  /**
   * The next request; empty at the end of the stream.
   *
   * @throws EOFException if it ends inside of a message
   * @throws AbciException if what comes is no message
   */
  static Optional<Request> read(InputStream in) throws IOException, AbciException {
    int first = in.read();
    if (first < 0) {
      return Optional.empty();
    }
    int length = length(in, first);
    byte[] bytes = length <= TRUSTED_BYTES ? new byte[length] : in.readNBytes(length);
    int have = length <= TRUSTED_BYTES ? in.readNBytes(bytes, 0, length) : bytes.length;
    if (have < length) {
      throw new EOFException("a message of " + length + " bytes ends after " + have);
    }
    try {
      return Optional.of(Request.parseFrom(bytes));
    } catch (InvalidProtocolBufferException e) {
      throw new AbciException("a message of " + length + " bytes is no request: " + e.getMessage());
    }
  }

  private static int length(InputStream in, int first) throws IOException, AbciException {
    long length = 0;
    int next = first;
    for (int i = 0; i < LENGTH_BYTES_MAX; i++) {
      if (next < 0) {
        throw new EOFException("the length of a message is cut short");
      }
      length |= (long) (next & 0x7f) << (7 * i);
      if ((next & 0x80) == 0) {
        if (length > BYTES_MAX) {
          throw tooLong();
        }
        return (int) length;
      }
      next = i + 1 < LENGTH_BYTES_MAX ? in.read() : 0;
    }
    throw tooLong();
  }

  private static AbciException tooLong() {
    return new AbciException("a message has at most " + BYTES_MAX + " bytes");
  }

  static void write(OutputStream out, Response response) throws IOException {
    response.writeDelimitedTo(out);
  }
}
