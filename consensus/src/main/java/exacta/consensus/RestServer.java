package exacta.consensus;

import exacta.primitives.ExactaException;
import exacta.web.BoundedBody;
import exacta.web.BoundedServer;
import exacta.web.ServerLimits;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The REST interface of the Cosmos ecosystem, as far as wallets need it; open to pages of every
 * origin, since it keeps no secret and knows no user. Whatever is sent, the answer is an error or a
 * result. Spec: wallets.md#rest.
 */
public final class RestServer implements AutoCloseable {
  private static final int BODY_BYTES_MAX = RpcServer.BODY_BYTES_MAX;
  private static final ServerLimits LIMITS = ServerLimits.ofUri(16 << 10);
  private static final String BANK = "/cosmos/bank/v1beta1";

  private final WebServer server;

  private RestServer(WebServer server) {
    this.server = server;
  }

  /**
   * Serves the chain until it is closed.
   *
   * @throws ExactaException (fatal) if the port is taken
   */
  public static RestServer start(RestChain chain, RpcSettings settings) {
    RpcServer.checkFree(settings);
    RestMethods methods = new RestMethods(chain);
    WebServer server =
        BoundedServer.builder(LIMITS)
            .host(settings.host())
            .port(settings.port())
            .routing(routing -> {
              queries(routing, methods);
              transactions(routing, methods);
              routing.options("/*", (request, response) -> preflight(response));
              routing.any("/*", (request, response) -> answer(response, RestReply::unimplemented));
            })
            .build();
    server.start();
    return new RestServer(server);
  }

  private static void queries(HttpRules routing, RestMethods methods) {
    get(routing, "/cosmos/base/tendermint/v1beta1/node_info", request -> methods.nodeInfo());
    get(routing, "/cosmos/base/node/v1beta1/config", request -> methods.config());
    get(
        routing,
        "/cosmos/auth/v1beta1/accounts/{address}",
        request -> methods.account(path(request, "address")));
    get(
        routing,
        BANK + "/balances/{address}",
        request -> methods.balances(path(request, "address")));
    get(
        routing,
        BANK + "/balances/{address}/by_denom",
        request -> methods.balance(path(request, "address"), denomination(request)));
    get(
        routing,
        BANK + "/spendable_balances/{address}",
        request -> methods.balances(path(request, "address")));
    get(routing, BANK + "/supply", request -> methods.supply());
    get(routing, BANK + "/supply/by_denom", request -> methods.supplyOf(denomination(request)));
  }

  private static void transactions(HttpRules routing, RestMethods methods) {
    get(
        routing,
        "/cosmos/tx/v1beta1/txs/{hash}",
        request -> methods.transaction(path(request, "hash")));
    post(routing, "/cosmos/tx/v1beta1/simulate", methods::simulate);
    post(routing, "/cosmos/tx/v1beta1/txs", methods::broadcast);
  }

  private static void get(
      HttpRules routing, String path, Function<ServerRequest, RestReply> handler) {
    routing.get(path, (request, response) -> answer(response, () -> handler.apply(request)));
  }

  private static void post(HttpRules routing, String path, Function<byte[], RestReply> handler) {
    routing.post(path, (request, response) -> answer(response, () -> posted(request, handler)));
  }

  private static RestReply posted(ServerRequest request, Function<byte[], RestReply> handler) {
    return switch (BoundedBody.read(request, BODY_BYTES_MAX)) {
      case BoundedBody.Whole body -> handler.apply(body.bytes());
      case BoundedBody.TooLarge _ ->
          RestReply.invalid("a request body has at most %d bytes".formatted(BODY_BYTES_MAX));
      case BoundedBody.Broken _ -> RestReply.invalid("the request body is cut short");
    };
  }

  private static String path(ServerRequest request, String name) {
    return request.path().pathParameters().get(name);
  }

  private static String denomination(ServerRequest request) {
    return request.query().first("denom").orElse("");
  }

  private static void answer(ServerResponse response, Supplier<RestReply> handler) {
    RestReply reply;
    try {
      reply = handler.get();
    } catch (ExactaException e) {
      reply = RestReply.internal(e.getMessage());
    }
    openToAll(response);
    response.status(reply.status()).header(HeaderNames.CONTENT_TYPE, "application/json");
    response.send(RpcJson.MAPPER.writeValueAsBytes(reply.body()));
  }

  /** Answers the question that a browser sends before a page's request. */
  static void preflight(ServerResponse response) {
    openToAll(response);
    response.header(HeaderNames.ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, OPTIONS");
    response.header(HeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, "*");
    response.status(Status.NO_CONTENT_204).send();
  }

  /** What a browser wants to hear before it gives the answer to a page from elsewhere. */
  static void openToAll(ServerResponse response) {
    response.header(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
  }

  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.stop();
  }
}
