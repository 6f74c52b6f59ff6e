package exacta.consensus.abci;

import exacta.primitives.ExactaException;
import exacta.store.Head;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Listens for CometBFT, which makes four connections, and serves each on a thread of its own. The
 * node is not closed with it.
 */
public final class AbciServer implements AutoCloseable {
  /** Four of a CometBFT, four of one that is just ending, and room for tools. */
  static final int CONNECTIONS_MAX = 16;

  private final ServerSocketChannel listener;
  private final AbciAddress address;
  private final LedgerNode node;
  private final Map<SocketChannel, Thread> connections = new ConcurrentHashMap<>();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private volatile boolean closing;

  private AbciServer(ServerSocketChannel listener, AbciAddress address, LedgerNode node) {
    this.listener = listener;
    this.address = address;
    this.node = node;
  }

  /**
   * Serves the node until it is closed.
   *
   * @param setting what the address is called in messages
   * @throws ExactaException (fatal) if the address cannot be listened at
   */
  public static AbciServer start(LedgerNode node, AbciAddress wanted, String setting) {
    try {
      ServerSocketChannel listener = bind(wanted);
      AbciAddress bound =
          listener.getLocalAddress() instanceof InetSocketAddress socket
              ? new AbciAddress.Tcp(socket)
              : wanted;
      AbciServer server = new AbciServer(listener, bound, node);
      Thread.ofPlatform().name("abci-listener").start(server::accept);
      AbciLog.listening(bound.text(), node.head().map(Head::height).map(h -> h.value()).orElse(0L));
      return server;
    } catch (IOException e) {
      throw new ExactaException(
          ExactaException.Category.FATAL,
          "cannot listen at %s (%s); stop what uses it, or choose another address with %s"
              .formatted(wanted.text(), e.getMessage(), setting),
          e);
    }
  }

  private static ServerSocketChannel bind(AbciAddress address) throws IOException {
    return switch (address) {
      case AbciAddress.Tcp tcp -> ServerSocketChannel.open().bind(tcp.socket());
      case AbciAddress.Unix unix -> {
        Path path = unix.path();
        // Left behind by a process that was killed; the home's lock says that nobody has it now.
        Files.deleteIfExists(path);
        ServerSocketChannel channel =
            ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address.socketAddress());
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        yield channel;
      }
    };
  }

  private void accept() {
    long number = 0;
    try {
      while (!closing) {
        SocketChannel channel = listener.accept();
        if (connections.size() >= CONNECTIONS_MAX) {
          AbciLog.refused(CONNECTIONS_MAX);
          channel.close();
          continue;
        }
        serve(++number, channel);
      }
    } catch (IOException e) {
      if (!closing) {
        stopped.completeExceptionally(e);
      }
    }
  }

  private void serve(long number, SocketChannel channel) throws IOException {
    AbciConnection connection =
        new AbciConnection(number, channel, node, stopped::completeExceptionally);
    Thread thread =
        Thread.ofPlatform()
            .name("abci-" + number)
            .unstarted(() -> {
              connection.run();
              connections.remove(channel);
            });
    connections.put(channel, thread);
    thread.start();
    if (closing) {
      // It came while we were closing the others.
      channel.close();
    }
  }

  /** Where it listens, with the port that it got. */
  public AbciAddress address() {
    return address;
  }

  /** Completes when it is closed, or exceptionally if a block failed: then the process must end. */
  public CompletableFuture<Void> stopped() {
    return stopped.copy();
  }

  /** Takes no more connections, ends those that are, and waits for what they are computing. */
  @Override
  public void close() {
    closing = true;
    try {
      listener.close();
      for (SocketChannel channel : connections.keySet()) {
        channel.close();
      }
      for (Thread thread : connections.values()) {
        thread.join();
      }
      if (address instanceof AbciAddress.Unix unix) {
        Files.deleteIfExists(unix.path());
      }
    } catch (IOException e) {
      throw new ExactaException(
          ExactaException.Category.ERROR, "cannot stop listening at " + address.text(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    stopped.complete(null);
  }
}
