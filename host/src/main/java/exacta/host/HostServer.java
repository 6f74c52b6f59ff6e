package exacta.host;

import exacta.primitives.ExactaException;
import exacta.web.BoundedServer;
import exacta.web.ServerLimits;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * A host's port. Whatever is sent to it, the answer is what was asked for or a {@code Refusal}, and
 * the server goes on. Spec: host-api.md#transport.
 */
final class HostServer implements AutoCloseable {
  private static final ServerLimits LIMITS = ServerLimits.ofUri(4 << 10);

  private final WebServer server;

  private HostServer(WebServer server) {
    this.server = server;
  }

  /**
   * @throws ExactaException (fatal) if the port is taken
   */
  static HostServer start(
      HostSettings settings,
      HttpService orders,
      HttpService audits,
      HttpService info,
      HostLog log) {
    checkFree(settings);
    WebServer server =
        BoundedServer.builder(LIMITS)
            .host(settings.bind())
            .port(settings.port())
            .routing(routing -> route(routing, orders, audits, info, log))
            .build();
    server.start();
    return new HostServer(server);
  }

  private static void route(
      HttpRouting.Builder routing,
      HttpService orders,
      HttpService audits,
      HttpService info,
      HostLog log) {
    routing
        .register("/v1/audit", audits)
        .register("/v1", orders, info)
        .any((request, response) ->
            Body.refuse(response, new Refused(RefusalCode.NOT_FOUND, "no such path or method")))
        .error(
            Throwable.class, (request, response, cause) -> failed(request, response, cause, log));
  }

  private static void failed(
      ServerRequest request, ServerResponse response, Throwable cause, HostLog log) {
    log.requestFailed(request.path().path(), cause);
    if (!response.isSent()) {
      Body.refuse(
          response, new Refused(RefusalCode.INTERNAL, "this host failed; its log says more"));
    }
  }

  /** Tries the port before the web server does, which would write a stack trace into the log. */
  private static void checkFree(HostSettings settings) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(settings.bind(), settings.port()));
    } catch (IOException e) {
      throw new ExactaException(
          ExactaException.Category.FATAL,
          "cannot listen on %s:%d (%s); stop what uses this port, or choose another with %s"
              .formatted(settings.bind(), settings.port(), e.getMessage(), settings.portSetting()),
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
