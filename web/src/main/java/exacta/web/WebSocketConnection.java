package exacta.web;

import exacta.web.WebSocketInput.Incoming;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.spi.ServerConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One client's WebSocket: the connection's own thread reads and calls the listener, another one
 * writes what is in the outbox. However it ends, the client is told why if it still reads, and
 * after the time for farewells both threads are gone.
 */
final class WebSocketConnection implements ServerConnection, WebSocketPeer {
  /** What is read of a client that broke a rule: who is still sending would not read why. */
  private static final long DRAINED_BYTES_MAX = 16L << 20;

  private final WebSocketEndpoint endpoint;
  private final DataReader source;
  private final DataWriter sink;
  private final Runnable whenEnded;
  private final WebSocketOutbox outbox;
  private final CountDownLatch ended = new CountDownLatch(1);

  /** A connection is made on the thread that will read from it. */
  private final Thread reading = Thread.currentThread();

  private final Thread writing;

  WebSocketConnection(
      WebSocketEndpoint endpoint, DataReader source, DataWriter sink, Runnable whenEnded) {
    this.endpoint = endpoint;
    this.source = source;
    this.sink = sink;
    this.whenEnded = whenEnded;
    outbox = new WebSocketOutbox(endpoint.limits().outboxBytesMax(), endpoint.limits().patience());
    writing = Thread.ofVirtual().name("exacta-websocket").unstarted(this::write);
  }

  @Override
  public void handle(Limit limit) throws InterruptedException {
    writing.start();
    WebSocketListener listener = endpoint.opener().apply(this);
    try {
      read(listener);
    } catch (RuntimeException | Error e) {
      close(CloseCode.INTERNAL_ERROR, "the request failed inside the server");
      throw e;
    } finally {
      close(CloseCode.GOING_AWAY, "the connection ends");
      listener.closed();
      try {
        writing.join();
      } finally {
        ended.countDown();
        whenEnded.run();
      }
    }
  }

  private void read(WebSocketListener listener) {
    WebSocketInput input = new WebSocketInput(source, endpoint.limits().messageBytesMax());
    while (true) {
      Optional<Incoming> incoming = next(input);
      if (incoming.isEmpty()) {
        return;
      }
      switch (incoming.get()) {
        case Incoming.Text text -> {
          if (!outbox.isClosed()) {
            listener.text(text.utf8());
          }
        }
        case Incoming.Ping ping -> outbox.pong(ping.payload());
        case Incoming.Pong _ -> {}
        case Incoming.Close _ -> {
          close(CloseCode.NORMAL, "");
          return;
        }
      }
    }
  }

  /** Nothing when the connection has ended, be it by the client's fault. */
  private Optional<Incoming> next(WebSocketInput input) {
    try {
      return Optional.of(input.next());
    } catch (WebSocketException e) {
      close(e.code(), e.getMessage());
      drain();
      return Optional.empty();
    } catch (RuntimeException e) {
      // The web server has an exception of its own for each way in which a connection can end.
      return Optional.empty();
    }
  }

  private void drain() {
    try {
      for (long bytes = 0; bytes < DRAINED_BYTES_MAX; ) {
        source.ensureAvailable();
        int available = source.available();
        source.skip(available);
        bytes += available;
      }
    } catch (RuntimeException e) {
      // It ended, as it should.
    }
  }

  private void write() {
    long periodNanos = endpoint.limits().pingPeriod().toNanos();
    long nextPing = System.nanoTime() + periodNanos;
    try {
      while (true) {
        long left = nextPing - System.nanoTime();
        if (left <= 0) {
          send(WebSocketFrame.ping());
          nextPing = System.nanoTime() + periodNanos;
          continue;
        }
        Optional<WebSocketFrame> frame = outbox.take(Duration.ofNanos(left));
        if (frame.isPresent()) {
          send(frame.get());
          if (frame.get().opcode() == WebSocketFrame.CLOSE) {
            return;
          }
        }
      }
    } catch (InterruptedException | RuntimeException e) {
      // The client is gone, or was waited for long enough.
      close(CloseCode.GOING_AWAY, "the connection ends");
    }
  }

  private void send(WebSocketFrame frame) {
    sink.writeNow(BufferData.create(frame.toBytes()));
  }

  @Override
  public boolean send(byte[] utf8) {
    return switch (outbox.put(utf8)) {
      case QUEUED -> true;
      case CLOSED -> false;
      case TOO_SLOW -> {
        close(CloseCode.POLICY, "messages are not read fast enough");
        yield false;
      }
    };
  }

  @Override
  public void close(CloseCode code, String reason) {
    if (outbox.close(WebSocketFrame.close(code, reason))) {
      Thread.ofVirtual().name("exacta-farewell").start(this::farewell);
    }
  }

  /** Both threads may be waiting for a client that does nothing any more. */
  private void farewell() {
    try {
      if (ended.await(endpoint.limits().farewell().toNanos(), TimeUnit.NANOSECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      // Nobody waits for this thread: what it ends must end now.
    }
    reading.interrupt();
    writing.interrupt();
  }

  @Override
  public Duration idleTime() {
    return Duration.ZERO; // its surroundings know since when it waits
  }

  /** The server stops, or the client did not even answer a ping. */
  @Override
  public void close(boolean interrupt) {
    close(CloseCode.GOING_AWAY, "the server stops, or no pong came");
  }
}
