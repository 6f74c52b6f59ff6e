package exacta.gateway;

import com.google.protobuf.ByteString;
import exacta.crypto.Address;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.protocol.Orders;
import exacta.protocol.Requests;
import exacta.protocol.Signing;
import exacta.protocol.Tokens;
import exacta.protocol.v1.AnswerEnd;
import exacta.protocol.v1.Order;
import exacta.protocol.v1.OrderSubmission;
import exacta.protocol.v1.Signed;
import exacta.protocol.v1.StreamFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** One answer being bought, order by order. One use, one thread. Spec: gateway.md#failover. */
final class Purchase {
  /** Orders for one answer, refused ones included. */
  private static final int ORDERS_MAX = 32;

  /** How often it waits for the next block when nobody is left. */
  private static final int ROUNDS_MAX = 4;

  private static final Duration BLOCK_WAIT_MAX = Duration.ofSeconds(3);

  /** What all purchases share. */
  record Tools(
      String chainId,
      SessionKeeper keeper,
      LaneChooser chooser,
      HostStanding standing,
      HostLink link,
      LooseEnds looseEnds,
      AnswerRunner.Limits limits,
      GatewayLog log) {}

  private final Tools tools;
  private final AnswerJob job;
  private final AnswerListener listener;
  private final RunningRequest running;
  private final List<Leg> legs = new ArrayList<>();
  private final Set<Address> tried = new TreeSet<>();
  private AnswerText text;
  private Optional<String> trouble = Optional.empty();

  Purchase(Tools tools, AnswerJob job, AnswerListener listener, RunningRequest running) {
    this.tools = tools;
    this.job = job;
    this.listener = listener;
    this.running = running;
    this.text = emptyText();
  }

  private AnswerText emptyText() {
    return new AnswerText(job.card(), job.request().getParameters().getStopList(), job.marks());
  }

  Outcome run() {
    int orders = 0;
    int rounds = 0;
    try {
      while (orders < ORDERS_MAX) {
        Optional<OpenSession> session = tools.keeper().session();
        Optional<LaneChooser.Candidate> next =
            session.flatMap(open -> tools.chooser().choose(candidates(open), tried));
        if (next.isPresent()) {
          orders++;
          Optional<AnswerEnd> end = attempt(session.get(), next.get());
          if (end.isPresent()) {
            return outcome(end.get());
          }
          if (text.isEnded() || text.count() == job.maxTokens()) {
            // Only the last receipt is missing: there is nothing left to order.
            return outcome(
                text.isEnded() ? AnswerEnd.ANSWER_END_STOP : AnswerEnd.ANSWER_END_LENGTH);
          }
        } else if (rounds++ < ROUNDS_MAX) {
          awaitBlock();
          tried.clear();
        } else {
          break;
        }
      }
      return new Outcome.NobodyLeft(reason(), text.count(), legs);
    } catch (AnswerListener.Gone e) {
      return new Outcome.Abandoned(text.count(), legs);
    }
  }

  private void awaitBlock() {
    try {
      tools.keeper().refresh(BLOCK_WAIT_MAX);
    } catch (ExactaException e) {
      tools.log().trouble(e.getMessage());
      trouble = Optional.of("the gateway cannot reach the chain or pay hosts");
    }
  }

  private String reason() {
    if (trouble.isPresent()) {
      return trouble.get();
    }
    Optional<OpenSession> session = tools.keeper().session();
    if (session.isEmpty()) {
      return "the gateway has no session on the chain yet";
    }
    return candidates(session.get()).isEmpty()
        ? "no host sells this model for a request of this length"
        : "no host that sells this model may be used now: lanes are exhausted, or hosts failed";
  }

  private Outcome outcome(AnswerEnd end) throws AnswerListener.Gone {
    show(text.finish());
    return switch (end) {
      case ANSWER_END_STOP -> new Outcome.Answered(Outcome.Finish.STOP, text.count(), legs);
      case ANSWER_END_LENGTH -> new Outcome.Answered(Outcome.Finish.LENGTH, text.count(), legs);
      case ANSWER_END_FAILED -> new Outcome.ModelFailed(text.count(), legs);
      case ANSWER_END_CUT, ANSWER_END_UNSPECIFIED, UNRECOGNIZED ->
          throw new AssertionError("no answer ends with " + end);
    };
  }

  private List<LaneChooser.Candidate> candidates(OpenSession session) {
    List<LaneChooser.Candidate> candidates = new ArrayList<>();
    int length = job.promptCount() + job.maxTokens();
    for (Seller seller : tools.keeper().market().sellersOf(job.listing().root())) {
      Offer offer = seller.offer(job.listing().root()).orElseThrow();
      Optional<Lane> lane = session.lane(seller.address());
      boolean wanted = job.onlyHost().map(seller.address()::equals).orElse(true);
      if (wanted && lane.isPresent() && length <= offer.contextLength()) {
        long costMax = offer.cost(job.promptCount() + text.count(), job.maxTokens() - text.count());
        candidates.add(new LaneChooser.Candidate(lane.get(), seller, offer, costMax));
      }
    }
    return candidates;
  }

  /**
   * Orders the rest of the answer from one host.
   *
   * @return how the answer ended; empty if it did not
   */
  private Optional<AnswerEnd> attempt(OpenSession session, LaneChooser.Candidate candidate)
      throws AnswerListener.Gone {
    Address host = candidate.lane().host();
    int before = text.count();
    int legsBefore = legs.size();
    try {
      Optional<AnswerEnd> end = order(session, candidate);
      if (end.isPresent()) {
        tools.standing().served(host);
        return end;
      }
      tools.standing().failed(host); // it cut the answer, as when it stops
    } catch (HostFailure e) {
      switch (e) {
        case HostFailure.Wrong _ -> {
          tools.standing().lied(host);
          takeBack(before, legsBefore);
        }
        case HostFailure.Broken _ -> tools.standing().failed(host);
        case HostFailure.Refused _ -> {} // it said so in good time: no reason to avoid it later
      }
      failed(host, e);
    }
    if (text.count() > before) {
      tried.clear(); // each step forward is a new beginning; ORDERS_MAX bounds the whole
    }
    tried.add(host);
    return Optional.empty();
  }

  /** What a liar sent is not passed on if it can be taken back. */
  private void takeBack(int tokens, int legCount) {
    AnswerText before = emptyText();
    int characterCount = 0;
    int tokenCount = 0;
    for (ScoredToken token : text.scoredTokens().subList(0, tokens)) {
      Shown shown = before.next(token);
      characterCount += shown.text().length();
      tokenCount += shown.tokens().size();
    }
    if (listener.retract(characterCount, tokenCount)) {
      text = before;
      legs.subList(legCount, legs.size()).clear();
    }
  }

  private void failed(Address host, HostFailure failure) {
    tools.log().hostFailed(host, failure);
    trouble =
        Optional.of(
            "no host could serve this request; the last one, %s: %s"
                .formatted(host, failure.getMessage()));
  }

  private Optional<AnswerEnd> order(OpenSession session, LaneChooser.Candidate candidate)
      throws HostFailure, AnswerListener.Gone {
    Lane lane = candidate.lane();
    LaneLedger.Entry entry = lane.ledger().open(candidate.costMax());
    Order order = order(session, candidate, entry);
    Signed signed = Signing.sign(Orders.TAG, order.toByteArray(), session.key());
    Digest32 hash = Signing.hash(Orders.TAG, signed);
    StreamVerifier verifier = new StreamVerifier(order, hash, lane.host(), text, job.likeliest());
    OrderSubmission submission =
        OrderSubmission.newBuilder()
            .setOrder(signed)
            .setRequest(job.request())
            .addAllHad(Tokens.list(text.tokens()))
            .build();
    boolean finished = false;
    RunningRequest.Part part =
        new RunningRequest.Part(
            lane.host(), session.id(), order.getNumber(), order.getPromptCount(), 0);
    running.show(part);
    try (HostLink.Stream stream =
        tools.link().order(candidate.seller(), submission, tools.limits().firstTokenMax())) {
      read(stream, verifier, part);
      finished = true;
    } catch (HostFailure.Refused e) {
      if (e.isTaken()) {
        lane.ledger().refused(entry.number());
      } else {
        lane.ledger().returned(entry.number());
      }
      throw e;
    } catch (HostFailure.Broken | AnswerListener.Gone e) {
      tools.looseEnds().add(candidate.seller(), lane, order, signed);
      throw e;
    } finally {
      running.hide();
      close(session, lane, order, signed, verifier, finished || verifier.isComplete());
    }
    return verifier.last().map(StreamVerifier.Checked::end).filter(end -> verifier.isComplete());
  }

  private Order order(
      OpenSession session, LaneChooser.Candidate candidate, LaneLedger.Entry entry) {
    int[] had = text.tokens();
    return Order.newBuilder()
        .setChainId(tools.chainId())
        .setSession(bytes(session.id()))
        .setHost(ByteString.copyFrom(candidate.lane().host().toBytes()))
        .setNumber(entry.number())
        .setAcknowledged(entry.acknowledged())
        .addAllOpen(entry.open())
        .setModel(job.request().getModel())
        .setRequestHash(bytes(Requests.hash(job.request())))
        .setPromptCount(job.promptCount() + had.length)
        .setMaxTokens(job.maxTokens() - had.length)
        .setInputPrice(candidate.offer().inputPrice())
        .setOutputPrice(candidate.offer().outputPrice())
        .setHadCount(had.length)
        .setHadHash(bytes(Orders.hadHash(had)))
        .build();
  }

  private static ByteString bytes(Digest32 digest) {
    return ByteString.copyFrom(digest.toBytes());
  }

  /** Reads to the end of the stream. */
  private void read(HostLink.Stream stream, StreamVerifier verifier, RunningRequest.Part part)
      throws HostFailure, AnswerListener.Gone {
    while (true) {
      boolean first = verifier.count() == 0;
      Optional<StreamFrame> frame =
          stream.next(first ? tools.limits().firstTokenMax() : tools.limits().nextTokenMax());
      if (frame.isEmpty()) {
        if (!verifier.isCovered()) {
          throw new HostFailure.Broken("the stream ended without the last receipt");
        }
        return;
      }
      switch (frame.get().getFrameCase()) {
        case TOKENS -> {
          Shown more = verifier.add(frame.get().getTokens());
          running.show(part.with(verifier.count()));
          show(more);
        }
        case RECEIPT -> verifier.add(frame.get().getReceipt());
        case REFUSAL -> {
          HostFailure.Refused refused = new HostFailure.Refused(frame.get().getRefusal());
          throw verifier.count() == 0 && verifier.last().isEmpty()
              ? refused
              : new HostFailure.Broken("gave up: " + refused.getMessage());
        }
        case FRAME_NOT_SET -> throw new HostFailure.Wrong("an empty frame");
      }
    }
  }

  private void show(Shown more) throws AnswerListener.Gone {
    if (!more.isEmpty()) {
      listener.show(more);
    }
  }

  /**
   * Enters what came of the order into the books. Without the receipt that surely is the last one,
   * the order stays open until the chain shows what it cost.
   */
  private void close(
      OpenSession session,
      Lane lane,
      Order order,
      Signed signed,
      StreamVerifier verifier,
      boolean last) {
    Digest32 hash = Signing.hash(Orders.TAG, signed);
    Leg leg =
        new Leg(
            lane.host(),
            session.id(),
            order.getNumber(),
            signed,
            hash,
            verifier.count(),
            Orders.cost(order, verifier.count()),
            verifier.last().filter(_ -> last));
    leg.evidence()
        .ifPresent(
            evidence -> lane.ledger().received(leg.number(), leg.cost(), evidence.toByteString()));
    if (leg.tokens() > 0 || leg.receipt().isPresent()) {
      legs.add(leg);
    }
  }
}
