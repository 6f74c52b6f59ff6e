package exacta.web;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;

/** A connection's surroundings, with a reader that notes since when it waits. */
final class AttentiveContext implements ConnectionContext {
  private final ConnectionContext context;
  private final DataReader source;
  private final DataReader reader;
  private volatile OptionalLong waitingSinceNanos = OptionalLong.empty();

  AttentiveContext(ConnectionContext context) {
    this.context = context;
    this.source = context.dataReader();
    this.reader = DataReader.create(this::next);
  }

  /** What has come; null at the end, as the reader wants it. */
  private byte[] next() {
    waitingSinceNanos = OptionalLong.of(System.nanoTime());
    try {
      source.ensureAvailable();
      return source.readBytes(source.available());
    } catch (InsufficientDataAvailableException e) {
      return null;
    } finally {
      waitingSinceNanos = OptionalLong.empty();
    }
  }

  /** How long it has been waiting for the next byte; zero if it is not. */
  Duration waiting() {
    OptionalLong since = waitingSinceNanos;
    return since.isPresent()
        ? Duration.ofNanos(Math.max(1, System.nanoTime() - since.getAsLong()))
        : Duration.ZERO;
  }

  @Override
  public DataReader dataReader() {
    return reader;
  }

  @Override
  public DataWriter dataWriter() {
    return context.dataWriter();
  }

  @Override
  public ListenerContext listenerContext() {
    return context.listenerContext();
  }

  @Override
  public ExecutorService executor() {
    return context.executor();
  }

  @Override
  public Router router() {
    return context.router();
  }

  @Override
  public Optional<ProxyProtocolData> proxyProtocolData() {
    return context.proxyProtocolData();
  }

  @Override
  public HelidonSocket serverSocket() {
    return context.serverSocket();
  }

  @Override
  public PeerInfo remotePeer() {
    return context.remotePeer();
  }

  @Override
  public PeerInfo localPeer() {
    return context.localPeer();
  }

  @Override
  public boolean isSecure() {
    return context.isSecure();
  }

  @Override
  public String socketId() {
    return context.socketId();
  }

  @Override
  public String childSocketId() {
    return context.childSocketId();
  }
}
