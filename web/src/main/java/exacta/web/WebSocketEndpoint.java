package exacta.web;

import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/**
 * Where a server speaks WebSocket.
 *
 * @param path of the URI
 * @param opener makes the one who hears a new client; called before anything is read from it
 */
public record WebSocketEndpoint(
    String path, WebSocketLimits limits, Function<WebSocketPeer, WebSocketListener> opener) {

  /** Answers a request for the path that opened no WebSocket; the server's routes lead it here. */
  public static void refuse(ServerRequest request, ServerResponse response) {
    switch (WebSocketHandshake.check(request.prologue(), request.headers())) {
      case WebSocketHandshake.Refused refused -> {
        response.header(WebSocketHandshake.VERSION, WebSocketHandshake.VERSION_NUMBER);
        send(response, refused.status(), refused.reason());
      }
      case WebSocketHandshake.Accepted _ when request.content().hasEntity() ->
          send(response, Status.BAD_REQUEST_400, "a handshake has no body");
      case WebSocketHandshake.Accepted _ ->
          send(response, Status.SERVICE_UNAVAILABLE_503, "there is no room for another WebSocket");
    }
  }

  private static void send(ServerResponse response, Status status, String text) {
    response.status(status).send((text + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
