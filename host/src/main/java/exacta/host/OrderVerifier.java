package exacta.host;

import com.google.protobuf.ByteString;
import exacta.crypto.Address;
import exacta.crypto.PublicKey;
import exacta.engine.AnswerRequest;
import exacta.engine.Model;
import exacta.primitives.Digest32;
import exacta.protocol.Orders;
import exacta.protocol.Requests;
import exacta.protocol.Signing;
import exacta.protocol.Tokens;
import exacta.protocol.Wire;
import exacta.protocol.v1.Ask;
import exacta.protocol.v1.InferenceRequest;
import exacta.protocol.v1.LaneRecord;
import exacta.protocol.v1.Order;
import exacta.protocol.v1.OrderSubmission;
import exacta.protocol.v1.SessionRecord;
import exacta.protocol.v1.Signed;
import java.util.Optional;

/**
 * Decides whether an order is one that this host would work for, but for what its lane did before.
 * Safe for several threads. Spec: host-api.md#order.
 */
final class OrderVerifier {
  /** The decision. */
  sealed interface Verdict permits Acceptable, Refused {}

  /**
   * To be worked for if the lane allows.
   *
   * @param start what the chain says of the lane
   */
  record Acceptable(Order order, AnswerRequest request, LaneStart start) implements Verdict {}

  /** Whether a signed order is one of a lane of ours, whatever it is for. */
  sealed interface Origin permits Known, Refused {}

  record Known(Order order, Digest32 hash) implements Origin {}

  private final Address host;
  private final Model model;
  private final ChainView chain;
  private final SessionCache sessions;

  OrderVerifier(Address host, Model model, ChainView chain, SessionCache sessions) {
    this.host = host;
    this.model = model;
    this.chain = chain;
    this.sessions = sessions;
  }

  Verdict verify(OrderSubmission submission) {
    Optional<Order> parsed = Orders.parse(submission.getOrder());
    Optional<Refused> stray = stray(parsed);
    if (stray.isPresent()) {
      return stray.get();
    }
    Order order = parsed.orElseThrow();
    Verdict verdict = verify(submission, order, sessions.get(order.getSession()));
    if (verdict instanceof Refused refused && mayBeOutdated(refused.code())) {
      return verify(submission, order, sessions.newest(order.getSession()));
    }
    return verdict;
  }

  /** The same for an order that was acceptable, with its session as of the newest block. */
  Verdict verifyAnew(OrderSubmission submission) {
    Order order = Orders.parse(submission.getOrder()).orElseThrow();
    return verify(submission, order, sessions.newest(order.getSession()));
  }

  /** An order that came here before: signed by the key of a session that may have ended. */
  Origin verifyKnown(Signed signed) {
    Optional<Order> parsed = Orders.parse(signed);
    Optional<Refused> stray = stray(parsed);
    if (stray.isPresent()) {
      return stray.get();
    }
    Order order = parsed.orElseThrow();
    Optional<SessionRecord> session = sessions.get(order.getSession());
    if (session.isEmpty()) {
      return new Refused(RefusalCode.SESSION_UNKNOWN, "the chain knows no such session");
    }
    return isSigned(signed, session.get())
        ? new Known(order, Signing.hash(Orders.TAG, signed))
        : new Refused(RefusalCode.BAD_SIGNATURE, "the order is not signed by the session's key");
  }

  /** Why an order is not for this host at all. */
  private Optional<Refused> stray(Optional<Order> order) {
    if (order.isEmpty()) {
      return Optional.of(new Refused(RefusalCode.MALFORMED, "the order is not a well-formed one"));
    }
    if (!order.get().getChainId().equals(chain.chainId())) {
      return Optional.of(
          new Refused(RefusalCode.WRONG_CHAIN, "this host is on chain " + chain.chainId()));
    }
    return order.get().getHost().equals(Wire.bytes(host))
        ? Optional.empty()
        : Optional.of(new Refused(RefusalCode.WRONG_HOST, "this host is " + host));
  }

  /** Whether a session that changed a moment ago would explain it. */
  private static boolean mayBeOutdated(RefusalCode code) {
    return code == RefusalCode.SESSION_UNKNOWN
        || code == RefusalCode.SESSION_ENDED
        || code == RefusalCode.LANE_UNKNOWN;
  }

  private Verdict verify(OrderSubmission submission, Order order, Optional<SessionRecord> known) {
    if (known.isEmpty()) {
      return new Refused(RefusalCode.SESSION_UNKNOWN, "the chain knows no such session");
    }
    SessionRecord session = known.get();
    if (!isSigned(submission.getOrder(), session)) {
      return new Refused(RefusalCode.BAD_SIGNATURE, "the order is not signed by the session's key");
    }
    if (session.getLastEpoch() < chain.epoch()) {
      return new Refused(
          RefusalCode.SESSION_ENDED,
          "the session ended with epoch %d".formatted(session.getLastEpoch()));
    }
    Optional<LaneRecord> lane =
        session.getLanesList().stream()
            .filter(record -> record.getHost().equals(host.toString()))
            .findFirst();
    if (lane.isEmpty()) {
      return new Refused(RefusalCode.LANE_UNKNOWN, "the session has no lane for this host");
    }
    LaneStart start =
        new LaneStart(
            lane.get().getSettledNumber(), lane.get().getSettledSum(), lane.get().getCap());
    return verifyRequest(submission, order, start);
  }

  private static boolean isSigned(Signed order, SessionRecord session) {
    return PublicKey.parse(session.getSessionKey().toByteArray())
        .map(key -> Signing.isBy(Orders.TAG, order, key))
        .orElse(false);
  }

  private Verdict verifyRequest(OrderSubmission submission, Order order, LaneStart start) {
    InferenceRequest request = submission.getRequest();
    int[] had = Tokens.ints(submission.getHadList());
    Optional<Refused> offer = offerMismatch(order);
    if (offer.isPresent()) {
      return offer.get();
    }
    Optional<String> problem = Requests.problem(request);
    if (problem.isPresent()) {
      return new Refused(RefusalCode.BAD_PARAMETERS, problem.get());
    }
    Optional<String> mismatch = Orders.mismatch(order, request, had);
    if (mismatch.isPresent()) {
      return new Refused(RefusalCode.WRONG_REQUEST, mismatch.get());
    }
    long positions = (long) request.getPromptCount() + request.getParameters().getMaxTokens();
    if (positions > contextLength(order.getModel())) {
      return new Refused(
          RefusalCode.TOO_LONG,
          "prompt and max_tokens are %d tokens; the context has %d"
              .formatted(positions, contextLength(order.getModel())));
    }
    try {
      AnswerRequest answer = RequestReader.read(request, had);
      model.require(answer);
      return new Acceptable(order, answer, start);
    } catch (IllegalArgumentException e) {
      return new Refused(RefusalCode.BAD_PARAMETERS, e.getMessage());
    }
  }

  private Optional<Refused> offerMismatch(Order order) {
    Optional<Ask> ask = chain.ask(host, order.getModel());
    if (ask.isEmpty() || !order.getModel().equals(modelRoot())) {
      return Optional.of(new Refused(RefusalCode.MODEL_UNKNOWN, "this host does not sell it"));
    }
    if (order.getInputPrice() < ask.get().getInputPrice()
        || order.getOutputPrice() < ask.get().getOutputPrice()) {
      return Optional.of(
          new Refused(
              RefusalCode.PRICE_TOO_LOW,
              "this host asks %d and %d ngonka for a million tokens of input and output"
                  .formatted(ask.get().getInputPrice(), ask.get().getOutputPrice())));
    }
    return Optional.empty();
  }

  private ByteString modelRoot() {
    return Wire.bytes(model.digest().identity().root());
  }

  private int contextLength(ByteString root) {
    int announced = chain.ask(host, root).map(Ask::getContextLength).orElse(0);
    return Math.min(announced, model.contextLength());
  }
}
