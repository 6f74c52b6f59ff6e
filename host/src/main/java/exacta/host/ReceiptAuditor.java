package exacta.host;

import com.google.protobuf.ByteString;
import exacta.chainclient.TransactionOutcome;
import exacta.crypto.Address;
import exacta.host.Duty.Progress;
import exacta.primitives.Digest32;
import exacta.protocol.Attestations;
import exacta.protocol.Message;
import exacta.protocol.Wire;
import exacta.protocol.v1.DisputeKind;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.MsgReceiptAttest;
import exacta.protocol.v1.MsgReceiptCall;
import exacta.protocol.v1.MsgReceiptChallenge;
import exacta.protocol.v1.QueryAuditsResponse;
import exacta.protocol.v1.ReceiptDuty;
import exacta.protocol.v1.ReceiptSample;
import exacta.protocol.v1.SettledLane;
import exacta.protocol.v1.SettlementRecord;
import exacta.protocol.v1.ShownReceipt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/**
 * Checks other hosts' receipts: fetches what earned its coins, recomputes it, and says what it
 * found. Spec: host-api.md#receipt-audit.
 */
final class ReceiptAuditor implements Duty.Source {
  /** Blocks of the audit window that are left for calls once a host does not show a receipt. */
  private static final int CALL_MARGIN = 8;

  /** Blocks that a call takes to get into the audit window. */
  private static final int CALL_BLOCKS = 3;

  /** One verdict "not shown" costs a host the epoch's earnings; some calls are enough. */
  private static final int CALLS_MAX = 4;

  /** Blocks of the audit window that are enough for audits, so that a Sprint may come first. */
  private static final int SPRINT_MARGIN = 16;

  private static final int LANES_MAX = 10_000;

  /** A lane as it was settled. */
  private record LaneKey(String host, long epoch, ByteString session) {}

  /** A receipt that was right. */
  private record Checked(ReceiptCheck.Placed place, Digest32 digest) {}

  /** What one sample came to. */
  private sealed interface Outcome {}

  private record Right(Digest32 digest) implements Outcome {}

  private record Wrong(ShownReceipt proof, String why) implements Outcome {}

  private record Missing(String why) implements Outcome {}

  private final Address me;
  private final HostCompute compute;
  private final ChainView chain;
  private final Peers peers;
  private final ReceiptShelf shelf;
  private final HostLog log;

  /** Receipts that were right, by the coins before them: each is recomputed once. */
  private final Map<LaneKey, NavigableMap<Long, Checked>> known = new ConcurrentHashMap<>();

  ReceiptAuditor(
      Address me,
      HostCompute compute,
      ChainView chain,
      Peers peers,
      ReceiptShelf shelf,
      HostLog log) {
    this.me = me;
    this.compute = compute;
    this.chain = chain;
    this.peers = peers;
    this.shelf = shelf;
    this.log = log;
  }

  @Override
  public List<Duty> duties() {
    long epoch = chain.epoch() - 1;
    if (epoch < 0) {
      return List.of();
    }
    QueryAuditsResponse audits = chain.audits(epoch);
    List<Duty> duties = new ArrayList<>();
    for (SettlementRecord settlement : audits.getSettlementsList()) {
      for (ReceiptDuty duty : settlement.getDutiesList()) {
        if (duty.getAuditor().equals(me.toString())
            && !duty.getAttested()
            && !hasChallenged(epoch, settlement.getHost())) {
          duties.add(
              new Duty(
                  "audit of receipts of %s in epoch %d".formatted(settlement.getHost(), epoch),
                  audits.getAnswerEnd(),
                  () -> audit(epoch, audits.getAuditEnd(), settlement, duty)));
        }
      }
    }
    return duties;
  }

  private Progress audit(long epoch, long auditEnd, SettlementRecord settlement, ReceiptDuty duty) {
    Address host = Address.ofText(settlement.getHost());
    List<Digest32> digests = new ArrayList<>();
    Map<ReceiptSample, String> missing = new HashMap<>();
    long begun = chain.height();
    for (ReceiptSample sample : duty.getSamplesList()) {
      if (SprintRunner.isComputing(chain) && chain.height() + SPRINT_MARGIN < auditEnd) {
        return Duty.waiting("a Sprint's nonces come first");
      }
      if (!missing.isEmpty() && mayCall(auditEnd) && chain.height() > begun) {
        break; // who stalls at every receipt must not keep us from calling
      }
      switch (check(epoch, host, auditEnd, settlement, sample)) {
        case Right right -> digests.add(right.digest());
        case Wrong wrong -> {
          return challenge(epoch, host, sample, wrong);
        }
        case Missing absent -> missing.put(sample, absent.why());
      }
    }
    return missing.isEmpty()
        ? attest(epoch, host, digests)
        : call(epoch, host, auditEnd, duty, missing);
  }

  private Outcome check(
      long epoch, Address host, long auditEnd, SettlementRecord settlement, ReceiptSample sample) {
    LaneKey key = new LaneKey(host.toString(), epoch, sample.getSession());
    Optional<Checked> before = known(key, sample.getCoin());
    if (before.isPresent()) {
      return new Right(before.get().digest());
    }
    Optional<SettledLane> lane = lane(settlement, sample.getSession());
    if (lane.isEmpty()) {
      return new Missing("the chain knows no such lane");
    }
    ReceiptCheck.Wanted wanted = ReceiptCheck.Wanted.coin(sample.getCoin());
    Peers.Fetched<ShownReceipt> fetched =
        peers.receipt(
            host.toString(), host.toString(), epoch, sample.getSession(), wanted, most(auditEnd));
    return switch (fetched) {
      case Peers.Nothing<ShownReceipt> nothing -> new Missing(nothing.why());
      case Peers.Got<ShownReceipt> got ->
          switch (new ReceiptCheck(chain.chainId(), host, lane.get()).check(got.value(), wanted)) {
            case ReceiptCheck.NotShown notShown -> new Missing(notShown.why());
            case ReceiptCheck.Lie lie -> new Wrong(lie.proof(), lie.why());
            case ReceiptCheck.Shown shown -> recompute(key, shown);
          };
    };
  }

  private boolean mayCall(long auditEnd) {
    return chain.height() + CALL_MARGIN >= auditEnd && chain.height() < auditEnd;
  }

  /** How long a host may take to show a receipt, so that a call is still possible. */
  private Duration most(long auditEnd) {
    return chain.height() < auditEnd
        ? chain.until(auditEnd - CALL_BLOCKS)
        : chain.until(auditEnd + chain.parameters().getReceiptAnswerBlocks());
  }

  static Optional<SettledLane> lane(SettlementRecord settlement, ByteString session) {
    return settlement.getLanesList().stream()
        .filter(lane -> lane.getSession().equals(session))
        .findFirst();
  }

  private Optional<Checked> known(LaneKey key, long coin) {
    return Optional.ofNullable(known.get(key))
        .map(lane -> lane.floorEntry(coin))
        .map(Map.Entry::getValue)
        .filter(checked -> checked.place().earned(coin));
  }

  private Outcome recompute(LaneKey key, ReceiptCheck.Shown shown) {
    if (!shown.order().getModel().equals(Wire.bytes(compute.model().digest().identity().root()))) {
      return new Missing("it is for a model that this host does not serve");
    }
    try {
      ReceiptRecomputation.Truth truth = ReceiptRecomputation.run(compute, me, shown);
      if (!truth.equal()) {
        return new Wrong(shown.proof(), "the model answers something else");
      }
      if (known.size() >= LANES_MAX) {
        known.clear();
      }
      known
          .computeIfAbsent(key, lane -> new ConcurrentSkipListMap<>())
          .put(shown.place().sumBefore(), new Checked(shown.place(), truth.digest()));
      return new Right(truth.digest());
    } catch (IllegalArgumentException e) {
      return new Missing("the request is none that the model answers: " + e.getMessage());
    }
  }

  private Progress attest(long epoch, Address host, List<Digest32> digests) {
    TransactionOutcome outcome =
        chain
            .chain()
            .send(
                new Message.ReceiptAttest(
                    MsgReceiptAttest.newBuilder()
                        .setAuditor(me.toString())
                        .setEpoch(epoch)
                        .setHost(host.toString())
                        .setAttestation(Wire.bytes(Attestations.of(me, host, digests)))
                        .build()));
    if (outcome.code() != 0) {
      return Duty.waiting(outcome.log());
    }
    log.receiptsAttested(epoch, host, digests.size());
    return Duty.done();
  }

  /** Keeps what jurors will want to see, then challenges. */
  private Progress challenge(long epoch, Address host, ReceiptSample sample, Wrong wrong) {
    ShownReceipt proof = wrong.proof();
    shelf.keep(epoch, host, sample.getSession(), proof);
    TransactionOutcome outcome =
        chain
            .chain()
            .send(
                new Message.ReceiptChallenge(
                    MsgReceiptChallenge.newBuilder()
                        .setChallenger(me.toString())
                        .setEpoch(epoch)
                        .setHost(host.toString())
                        .setSession(sample.getSession())
                        .setNumber(proof.getNumber())
                        .setOrder(proof.getOrder())
                        .setReceipt(proof.getReceipt())
                        .addAllPath(proof.getPathList())
                        .build()));
    if (outcome.code() != 0) {
      return Duty.waiting(outcome.log());
    }
    log.receiptChallenged(epoch, host, proof.getNumber(), wrong.why());
    return Duty.done();
  }

  /** A host that does not show gets time as long as a call is possible, then some calls. */
  private Progress call(
      long epoch,
      Address host,
      long auditEnd,
      ReceiptDuty duty,
      Map<ReceiptSample, String> missing) {
    String why = "the host did not show a receipt: " + missing.values().iterator().next();
    if (!mayCall(auditEnd) || disputes(epoch, host.toString()).findAny().isPresent()) {
      return Duty.waiting(why);
    }
    List<ReceiptSample> called =
        duty.getSamplesList().stream().filter(missing::containsKey).limit(CALLS_MAX).toList();
    TransactionOutcome outcome =
        chain
            .chain()
            .send(called.stream().map(sample -> call(epoch, host, sample)).toArray(Message[]::new));
    if (outcome.code() != 0) {
      return Duty.waiting(outcome.log());
    }
    called.forEach(sample -> log.receiptCalled(epoch, host, sample.getCoin(), missing.get(sample)));
    return Duty.waiting(why);
  }

  private Message call(long epoch, Address host, ReceiptSample sample) {
    return new Message.ReceiptCall(
        MsgReceiptCall.newBuilder()
            .setCaller(me.toString())
            .setEpoch(epoch)
            .setHost(host.toString())
            .setSession(sample.getSession())
            .setCoin(sample.getCoin())
            .build());
  }

  /** The open ones that this host began about an epoch of another. */
  private Stream<DisputeRecord> disputes(long epoch, String host) {
    return chain.openDisputes().stream()
        .filter(dispute ->
            dispute.getChallenger().equals(me.toString())
                && dispute.getHost().equals(host)
                && dispute.getEpoch() == epoch
                && dispute.getKind() != DisputeKind.DISPUTE_KIND_SPRINT);
  }

  private boolean hasChallenged(long epoch, String host) {
    return disputes(epoch, host)
        .anyMatch(dispute -> dispute.getKind() == DisputeKind.DISPUTE_KIND_RECEIPT);
  }
}
