package exacta.host;

import exacta.crypto.Address;
import exacta.protocol.Fetches;
import exacta.protocol.Signing;
import exacta.protocol.v1.OpenedLeaf;
import exacta.protocol.v1.ReceiptFetch;
import exacta.protocol.v1.ShownReceipt;
import exacta.protocol.v1.Signed;
import exacta.protocol.v1.SprintFetch;
import exacta.protocol.v1.SprintLeaves;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.Optional;

/**
 * {@code POST /v1/audit/sprint} and {@code POST /v1/audit/receipt}: what this host shows to those
 * who check it, and, as a challenger, to jurors. Spec: host-api.md#audit.
 */
final class AuditEndpoint implements HttpService {
  private static final int BODY_BYTES_MAX = 64 << 10;

  private final Address me;
  private final ChainView chain;
  private final SprintBook sprints;
  private final ReceiptShows receipts;

  AuditEndpoint(Address me, ChainView chain, SprintBook sprints, ReceiptShows receipts) {
    this.me = me;
    this.chain = chain;
    this.sprints = sprints;
    this.receipts = receipts;
  }

  @Override
  public void routing(HttpRules rules) {
    rules.post("/sprint", this::sprint).post("/receipt", this::receipt);
  }

  private void sprint(ServerRequest request, ServerResponse response) {
    Optional<Signed> signed = Body.read(request, response, Signed.parser(), BODY_BYTES_MAX);
    if (signed.isEmpty()) {
      return;
    }
    Optional<SprintFetch> fetch = Fetches.parseSprint(signed.get());
    Optional<Refused> refused =
        fetch.isEmpty()
            ? Optional.of(new Refused(RefusalCode.MALFORMED, "not a well-formed request"))
            : refusal(signed.get(), fetch.get().getChainId(), fetch.get().getRequester());
    if (refused.isEmpty() && !fetch.orElseThrow().getHost().equals(me.toString())) {
      refused = Optional.of(new Refused(RefusalCode.WRONG_HOST, "this host is " + me));
    }
    if (refused.isPresent()) {
      Body.refuse(response, refused.get());
      return;
    }
    Optional<List<OpenedLeaf>> leaves =
        sprints.open(fetch.orElseThrow().getSprint(), fetch.orElseThrow().getItemsList());
    if (leaves.isEmpty()) {
      Body.refuse(response, new Refused(RefusalCode.NOT_FOUND, "no such leaves"));
    } else {
      Body.send(response, SprintLeaves.newBuilder().addAllLeaves(leaves.get()).build());
    }
  }

  private void receipt(ServerRequest request, ServerResponse response) {
    Optional<Signed> signed = Body.read(request, response, Signed.parser(), BODY_BYTES_MAX);
    if (signed.isEmpty()) {
      return;
    }
    Optional<ReceiptFetch> fetch = Fetches.parseReceipt(signed.get());
    Optional<Refused> refused =
        fetch.isEmpty()
            ? Optional.of(new Refused(RefusalCode.MALFORMED, "not a well-formed request"))
            : refusal(signed.get(), fetch.get().getChainId(), fetch.get().getRequester());
    if (refused.isEmpty() && !receipts.isEntitled(fetch.orElseThrow())) {
      refused =
          Optional.of(
              new Refused(
                  RefusalCode.NOT_ENTITLED, "only its auditor and jurors are shown a receipt"));
    }
    if (refused.isPresent()) {
      Body.refuse(response, refused.get());
      return;
    }
    Optional<ShownReceipt> shown = receipts.find(fetch.orElseThrow());
    if (shown.isEmpty()) {
      Body.refuse(response, new Refused(RefusalCode.NOT_FOUND, "no such receipt"));
    } else {
      Body.send(response, shown.get());
    }
  }

  private Optional<Refused> refusal(Signed signed, String chainId, String requester) {
    if (!chainId.equals(chain.chainId())) {
      return Optional.of(
          new Refused(RefusalCode.WRONG_CHAIN, "this host is on chain " + chain.chainId()));
    }
    return Signing.isBy(Fetches.TAG, signed, Address.ofText(requester))
        ? Optional.empty()
        : Optional.of(
            new Refused(RefusalCode.BAD_SIGNATURE, "not signed by the account that asks"));
  }
}
