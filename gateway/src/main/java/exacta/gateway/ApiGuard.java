package exacta.gateway;

import exacta.primitives.ExactaException;
import io.helidon.common.socket.SocketWriterException;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.UncheckedIOException;
import tools.jackson.databind.JsonNode;

/** Stands before every endpoint: lets in who has a key, and turns failures into errors. */
final class ApiGuard {
  /** An endpoint's own part. */
  @FunctionalInterface
  interface Endpoint {
    void handle(ServerRequest request, ServerResponse response) throws ApiException;
  }

  private final ApiKeys keys;
  private final GatewayLog log;

  ApiGuard(ApiKeys keys, GatewayLog log) {
    this.keys = keys;
    this.log = log;
  }

  /** For endpoints that need an API key. */
  Handler withKey(Endpoint endpoint) {
    return open((request, response) -> {
      keys.check(request.headers().first(HeaderNames.AUTHORIZATION));
      endpoint.handle(request, response);
    });
  }

  /** For endpoints that anybody may use. */
  Handler open(Endpoint endpoint) {
    return (request, response) -> {
      try {
        endpoint.handle(request, response);
      } catch (ApiException e) {
        send(response, e.status(), Json.error(e));
      } catch (UncheckedIOException | SocketWriterException | CloseConnectionException e) {
        throw e; // the client went away; the web server closes the connection
      } catch (RuntimeException | AssertionError e) {
        ApiException error = failure(e);
        send(response, error.status(), Json.error(error));
      }
    };
  }

  /** Logs what went wrong here; returns what a client is told of it. */
  ApiException failure(Throwable e) {
    if (e instanceof ExactaException) {
      log.trouble(e.getMessage());
      return ApiException.nobody("The gateway cannot work now; its log says why.");
    }
    log.bug(e);
    return ApiException.bug();
  }

  /** Answers whatever other method is used. */
  Handler onlyMethod(String allowed) {
    return open((request, response) -> {
      throw ApiException.wrongMethod(request.prologue().method().text(), allowed);
    });
  }

  /** Answers a path that does not exist. */
  Handler unknownUrl() {
    return open((request, response) -> {
      throw ApiException.unknownUrl(
          request.prologue().method().text(), Texts.shortened(request.path().path(), 100));
    });
  }

  void send(ServerResponse response, int status, JsonNode body) {
    response
        .status(Status.create(status))
        .header(HeaderNames.CONTENT_TYPE, "application/json; charset=utf-8")
        .send(Json.bytes(body));
  }
}
