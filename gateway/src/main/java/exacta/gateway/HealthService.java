package exacta.gateway;

import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/** {@code GET /health}: whether requests can be served. Needs no key. */
final class HealthService implements HttpService {
  private final SessionKeeper keeper;
  private final ApiGuard guard;

  HealthService(SessionKeeper keeper, ApiGuard guard) {
    this.keeper = keeper;
    this.guard = guard;
  }

  @Override
  public void routing(HttpRules rules) {
    rules.get("/", guard.open(this::health)).any("/", guard.onlyMethod("GET"));
  }

  private void health(ServerRequest request, ServerResponse response) {
    boolean ready = keeper.session().map(session -> !session.lanes().isEmpty()).orElse(false);
    guard.send(
        response,
        ready ? 200 : 503,
        Json.object()
            .put("status", ready ? "ok" : "starting")
            .put("height", keeper.market().height()));
  }
}
