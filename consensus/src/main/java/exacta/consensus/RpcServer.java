package exacta.consensus;

import exacta.primitives.ExactaException;
import exacta.web.BoundedBody;
import exacta.web.BoundedServer;
import exacta.web.ServerLimits;
import exacta.web.WebSocketEndpoint;
import exacta.web.WebSocketLimits;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/**
 * CometBFT's RPC for an embedded chain: JSON-RPC 2.0 by POST to {@code /}, and {@code GET /method}
 * with arguments in the URI, and a WebSocket at {@code /websocket}. Whatever is sent, the answer is
 * an error or a result, and the server goes on.
 */
public final class RpcServer implements AutoCloseable {
  /** No request body is larger. */
  public static final int BODY_BYTES_MAX = 4 << 20;

  /** No message over a WebSocket is larger. */
  static final int MESSAGE_BYTES_MAX = 2 << 20;

  private static final String SOCKET_PATH = "/websocket";
  private static final ServerLimits LIMITS = ServerLimits.ofUri(64 << 10);

  private final WebServer server;

  private RpcServer(WebServer server) {
    this.server = server;
  }

  /**
   * Serves the chain until it is closed; the chain is not closed with it.
   *
   * @throws ExactaException (fatal) if the port is taken
   */
  public static RpcServer start(EmbeddedChain chain, RpcSettings settings) {
    checkFree(settings);
    AtomicInteger port = new AtomicInteger(settings.port());
    RpcMethods methods = RpcMethods.of(chain, port::get);
    JsonRpc rpc = new JsonRpc(methods);
    Semaphore subscribers = new Semaphore(RpcSocket.SUBSCRIBERS_MAX);
    WebSocketEndpoint sockets =
        new WebSocketEndpoint(
            SOCKET_PATH,
            WebSocketLimits.ofMessages(MESSAGE_BYTES_MAX),
            peer -> new RpcSocket(chain, methods, subscribers, peer));
    WebServer server =
        BoundedServer.builder(LIMITS, sockets)
            .host(settings.host())
            .port(settings.port())
            .routing(routing ->
                routing
                    .post("/", (request, response) -> post(rpc, request, response))
                    .options("/*", (request, response) -> RestServer.preflight(response))
                    .get("/", (request, response) -> list(rpc, response))
                    .any(SOCKET_PATH, WebSocketEndpoint::refuse)
                    .get("/{method}", (request, response) -> get(rpc, request, response)))
            .build();
    server.start();
    port.set(server.port());
    return new RpcServer(server);
  }

  /** Tries the port before the web server does, which would write a stack trace into the log. */
  static void checkFree(RpcSettings settings) {
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

  private static void post(JsonRpc rpc, ServerRequest request, ServerResponse response) {
    switch (BoundedBody.read(request, BODY_BYTES_MAX)) {
      case BoundedBody.Whole body -> post(rpc, body.bytes(), response);
      case BoundedBody.TooLarge _ -> {
        String text = "a request body has at most " + BODY_BYTES_MAX + " bytes";
        send(response, Status.REQUEST_ENTITY_TOO_LARGE_413, JsonRpc.parseError(text));
      }
      case BoundedBody.Broken _ ->
          send(
              response,
              Status.BAD_REQUEST_400,
              JsonRpc.parseError("the request body is cut short"));
    }
  }

  private static void post(JsonRpc rpc, byte[] body, ServerResponse response) {
    JsonRpc.Reply reply = rpc.answer(body);
    Status status = reply.failed() ? Status.BAD_REQUEST_400 : Status.OK_200;
    reply
        .body()
        .ifPresentOrElse(
            answer -> send(response, status, answer), () -> response.status(status).send());
  }

  private static void get(JsonRpc rpc, ServerRequest request, ServerResponse response) {
    Map<String, String> arguments = new TreeMap<>();
    for (String name : request.query().names()) {
      // A name without "=" has no value, not even an empty one: `/status?` and `/block?&` are
      // asked.
      request.query().all(name, List::of).stream()
          .findFirst()
          .ifPresent(value -> arguments.put(name, value));
    }
    JsonRpc.Reply reply = rpc.answer(request.path().pathParameters().get("method"), arguments);
    Status status = reply.failed() ? Status.INTERNAL_SERVER_ERROR_500 : Status.OK_200;
    send(response, status, reply.body().orElseThrow());
  }

  private static void list(JsonRpc rpc, ServerResponse response) {
    response.header(HeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
    response.send(String.join("\n", rpc.methods()).getBytes(StandardCharsets.UTF_8));
  }

  private static void send(ServerResponse response, Status status, JsonNode body) {
    RestServer.openToAll(response);
    response.status(status).header(HeaderNames.CONTENT_TYPE, "application/json");
    response.send(RpcJson.MAPPER.writeValueAsBytes(body));
  }

  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.stop();
  }
}
