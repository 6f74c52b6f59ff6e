package exacta.consensus.abci;

import exacta.consensus.abci.wire.Request;
import exacta.consensus.abci.wire.Response;
import exacta.consensus.abci.wire.ResponseException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One connection: reads a request, answers it, reads the next, on a thread of its own. So answers
 * come in the order of the requests, at most one request is in memory, and who sends faster than we
 * answer waits. Answers are held back until a flush is asked for, or nothing more was sent. Spec:
 * abci.md#order.
 */
final class AbciConnection {
  private static final int BUFFER_BYTES = 64 << 10;

  private final long number;
  private final SocketChannel channel;
  private final LedgerNode node;
  private final Consumer<Throwable> onFailure;

  /**
   * @param onFailure is told if a block could not be made
   */
  AbciConnection(
      long number, SocketChannel channel, LedgerNode node, Consumer<Throwable> onFailure) {
    this.number = number;
    this.channel = channel;
    this.node = node;
    this.onFailure = onFailure;
  }

  /** Serves until the other side ends, or something goes wrong; then the connection is closed. */
  void run() {
    AbciLog.connected(number);
    // Closing either of them closes the channel.
    try (InputStream in = new BufferedInputStream(Channels.newInputStream(channel), BUFFER_BYTES);
        OutputStream out =
            new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES)) {
      serve(in, out);
      AbciLog.disconnected(number, "the other side closed it");
    } catch (IOException e) {
      AbciLog.disconnected(number, String.valueOf(e.getMessage()));
    }
  }

  private void serve(InputStream in, OutputStream out) throws IOException {
    try {
      Optional<Request> request = AbciFrames.read(in);
      while (request.isPresent()) {
        AbciFrames.write(out, node.answer(number, request.get()));
        if (request.get().hasFlush() || in.available() == 0) {
          out.flush();
        }
        request = AbciFrames.read(in);
      }
    } catch (AbciException e) {
      AbciLog.notUnderstood(number, e.getMessage());
      refuse(out, e.getMessage());
    } catch (RuntimeException | Error e) {
      // A ledger that failed must not go on; whoever supervises us is told.
      AbciLog.failed("a call of connection " + number, e);
      refuse(out, Failures.LOG);
      onFailure.accept(e);
    }
  }

  private static void refuse(OutputStream out, String error) throws IOException {
    AbciFrames.write(
        out,
        Response.newBuilder().setException(ResponseException.newBuilder().setError(error)).build());
    out.flush();
  }
}
