package exacta.acceptance;

import exacta.consensus.abci.wire.Request;
import exacta.consensus.abci.wire.Response;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A connection such as CometBFT makes. */
final class AbciPeer implements AutoCloseable {
  private final SocketChannel channel;
  private final InputStream in;
  private final OutputStream out;

  AbciPeer(Path socket) throws IOException {
    channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(socket));
    in = new BufferedInputStream(Channels.newInputStream(channel));
    out = new BufferedOutputStream(Channels.newOutputStream(channel));
  }

  Response call(Request request) throws IOException {
    return call(List.of(request)).getFirst();
  }

  /** Sends all of them before it reads an answer. */
  List<Response> call(List<Request> requests) throws IOException {
    for (Request request : requests) {
      request.writeDelimitedTo(out);
    }
    out.flush();
    List<Response> responses = new ArrayList<>(requests.size());
    for (Request request : requests) {
      responses.add(
          next()
              .orElseThrow(() ->
                  new IOException("no answer to a request of kind " + request.getValueCase())));
    }
    return responses;
  }

  private Optional<Response> next() throws IOException {
    return Optional.ofNullable(Response.parseDelimitedFrom(in));
  }

  /** Sends these bytes and no more; all that is answered until the other side ends. */
  List<Response> sendAndEnd(byte[] bytes) throws IOException {
    try {
      out.write(bytes);
      out.flush();
      channel.shutdownOutput();
    } catch (IOException e) {
      // It may have ended in the midst of what we sent, and that is its right.
    }
    List<Response> responses = new ArrayList<>();
    try {
      for (Optional<Response> next = next(); next.isPresent(); next = next()) {
        responses.add(next.get());
      }
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("reset")) {
        throw e;
      }
    }
    return responses;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
