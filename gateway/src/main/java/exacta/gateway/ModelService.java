package exacta.gateway;

import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code GET /v1/models} and {@code GET /v1/models/ID}. Spec: gateway.md#models. */
final class ModelService implements HttpService {
  private final SessionKeeper keeper;
  private final ApiGuard guard;
  private final long startedSeconds;

  ModelService(SessionKeeper keeper, ApiGuard guard, long startedSeconds) {
    this.keeper = keeper;
    this.guard = guard;
    this.startedSeconds = startedSeconds;
  }

  @Override
  public void routing(HttpRules rules) {
    rules
        .get("/", guard.withKey(this::list))
        .get("/*", guard.withKey(this::one))
        .any("/*", guard.onlyMethod("GET"));
  }

  private void list(ServerRequest request, ServerResponse response) {
    MarketView market = keeper.market();
    ObjectNode body = Json.object().put("object", "list");
    ArrayNode data = body.putArray("data");
    for (Listing listing : market.listings()) {
      if (!market.sellersOf(listing.root()).isEmpty()) {
        data.add(model(listing));
      }
    }
    guard.send(response, 200, body);
  }

  private void one(ServerRequest request, ServerResponse response) throws ApiException {
    String name = request.path().path().substring(1); // behind the slash; names may have one, too
    Listing listing =
        keeper
            .market()
            .listing(name)
            .orElseThrow(() -> ApiException.modelNotFound(Texts.shortened(name, 100)));
    guard.send(response, 200, model(listing));
  }

  private ObjectNode model(Listing listing) {
    ObjectNode model =
        Json.object()
            .put("id", listing.name())
            .put("object", "model")
            .put("created", startedSeconds)
            .put("owned_by", listing.owner());
    model.putObject("exacta").put("root", listing.root().toHex());
    return model;
  }
}
