package exacta.gateway;

import exacta.primitives.ExactaException;
import exacta.web.BoundedServer;
import exacta.web.ServerLimits;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.function.Consumer;

/** The web server of a gateway. */
final class ApiServer implements AutoCloseable {
  private static final ServerLimits LIMITS = ServerLimits.ofUri(8 << 10);

  private final WebServer server;

  private ApiServer(WebServer server) {
    this.server = server;
  }

  /**
   * @throws ExactaException (fatal) if the port is taken
   */
  static ApiServer start(GatewaySettings settings, Consumer<HttpRouting.Builder> routes) {
    checkFree(settings);
    WebServer server =
        BoundedServer.builder(LIMITS)
            .host(settings.host())
            .port(settings.port())
            .directHandlers(handlers())
            .routing(routes::accept)
            .build();
    server.start();
    return new ApiServer(server);
  }

  /** What is no HTTP gets an error in the same form as all else. */
  private static DirectHandlers handlers() {
    DirectHandlers.Builder handlers = DirectHandlers.builder();
    for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
      handlers.addHandler(
          type,
          (request, event, status, headers, message) -> {
            ApiException error = ApiException.ofHttp(status.code(), status.reasonPhrase());
            return DirectHandler.TransportResponse.builder()
                .status(status)
                .header(HeaderNames.CONTENT_TYPE, "application/json; charset=utf-8")
                .keepAlive(false)
                .entity(Json.bytes(Json.error(error)))
                .build();
          });
    }
    return handlers.build();
  }

  /** Tries the port before the web server does, which would write a stack trace into the log. */
  private static void checkFree(GatewaySettings settings) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(settings.host(), settings.port()));
    } catch (IOException e) {
      throw new ExactaException(
          ExactaException.Category.FATAL,
          "cannot listen on %s:%d (%s); stop what uses this port, or choose another with %s"
              .formatted(settings.host(), settings.port(), e.getMessage(), settings.portSetting()),
          e);
    }
  }

  int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.stop();
  }
}
