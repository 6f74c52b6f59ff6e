package exacta.consensus.abci;

import exacta.consensus.abci.wire.Request;
import exacta.consensus.abci.wire.Response;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/** One of the connections that CometBFT makes. */
final class AbciClient implements AutoCloseable {
  private final SocketChannel channel;
  private final InputStream in;
  private final OutputStream out;

  AbciClient(AbciAddress address) throws IOException {
    channel = SocketChannel.open(address.socketAddress());
    in = Channels.newInputStream(channel);
    out = new BufferedOutputStream(Channels.newOutputStream(channel));
  }

  /** Sends at the latest when something is read. */
  void send(Request request) throws IOException {
    request.writeDelimitedTo(out);
  }

  void sendRaw(byte... bytes) throws IOException {
    out.write(bytes);
  }

  /** The next answer; empty if the server closed the connection. */
  Optional<Response> read() throws IOException {
    out.flush();
    return Optional.ofNullable(Response.parseDelimitedFrom(in));
  }

  /** Sends no more; the server may answer still. */
  void endOutput() throws IOException {
    out.flush();
    channel.shutdownOutput();
  }

  Response call(Request request) throws IOException {
    send(request);
    return read().orElseThrow();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
