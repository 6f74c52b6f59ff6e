package exacta.web;

import io.helidon.common.buffers.BufferData;
import io.helidon.http.HttpPrologue;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.spi.ServerConnection;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;

/** Makes WebSockets of connections whose client asks for it as the RFC demands. */
final class WebSocketUpgrader implements Http1Upgrader {
  private final WebSocketEndpoint endpoint;
  private final Semaphore room;

  WebSocketUpgrader(WebSocketEndpoint endpoint) {
    this.endpoint = endpoint;
    room = new Semaphore(endpoint.limits().socketsMax());
  }

  @Override
  public String supportedProtocol() {
    return WebSocketHandshake.PROTOCOL;
  }

  /** Null where it is no handshake that can be taken: then a route says why. */
  @Override
  public ServerConnection upgrade(
      ConnectionContext context, HttpPrologue prologue, WritableHeaders<?> headers) {
    if (!prologue.uriPath().path().equals(endpoint.path())
        || !(WebSocketHandshake.check(prologue, headers)
            instanceof WebSocketHandshake.Accepted accepted)
        || !room.tryAcquire()) {
      return null;
    }
    String answer =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: "
            + accepted.proof()
            + "\r\n\r\n";
    try {
      context.dataWriter().writeNow(BufferData.create(answer.getBytes(StandardCharsets.US_ASCII)));
    } catch (RuntimeException e) {
      // The client did not wait for the answer; its place is free.
      room.release();
      throw e;
    }
    return new WebSocketConnection(
        endpoint, context.dataReader(), context.dataWriter(), room::release);
  }
}
