package exacta.host;

import exacta.crypto.Address;
import exacta.engine.Model;
import exacta.engine.gguf.ModelDigest;
import exacta.protocol.Wire;
import exacta.protocol.v1.CardAnswer;
import exacta.protocol.v1.HostStatus;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/** {@code GET /v1/card/{root}} and {@code GET /v1/status}. Spec: host-api.md#card. */
final class InfoEndpoint implements HttpService {
  private final Address me;
  private final Model model;
  private final ChainView chain;
  private final Slots slots;
  private final CardAnswer card;

  InfoEndpoint(Address me, Model model, ChainView chain, Slots slots) {
    this.me = me;
    this.model = model;
    this.chain = chain;
    this.slots = slots;
    ModelDigest digest = model.digest();
    card =
        CardAnswer.newBuilder()
            .setCard(com.google.protobuf.ByteString.copyFrom(model.card().bytes()))
            .addAllPath(Wire.bytes(digest.cardPath()))
            .setLeafCount(digest.identity().leafCount())
            .build();
  }

  @Override
  public void routing(HttpRules rules) {
    rules.get("/card/{root}", this::card).get("/status", this::status);
  }

  private void card(ServerRequest request, ServerResponse response) {
    String root = model.digest().identity().root().toHex();
    if (request.path().pathParameters().get("root").equals(root)) {
      Body.send(response, card);
    } else {
      Body.refuse(response, new Refused(RefusalCode.MODEL_UNKNOWN, "this host has model " + root));
    }
  }

  private void status(ServerRequest request, ServerResponse response) {
    HostStatus status =
        HostStatus.newBuilder()
            .setChainId(chain.chainId())
            .setAddress(me.toString())
            .addModels(Wire.bytes(model.digest().identity().root()))
            .setRunningRequests(slots.running())
            .setQueuedRequests(slots.queued())
            .build();
    Body.send(response, status);
  }
}
