package exacta.host;

import exacta.chainclient.TransactionOutcome;
import exacta.crypto.Address;
import exacta.host.Duty.Progress;
import exacta.primitives.Digest32;
import exacta.protocol.Message;
import exacta.protocol.Wire;
import exacta.protocol.v1.DisputeKind;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.MsgVerdict;
import exacta.protocol.v1.NotShown;
import exacta.protocol.v1.Recomputed;
import exacta.protocol.v1.SettledLane;
import exacta.protocol.v1.ShownProof;
import exacta.protocol.v1.ShownReceipt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Votes in disputes about receipts: fetches the receipt from the accused, else from who accuses,
 * recomputes it, and says what it got. Spec: host-api.md#jury.
 */
final class Juror implements Duty.Source {
  /** Blocks of the vote window that are left when a receipt counts as not shown. */
  private static final int VOTE_MARGIN = 6;

  private final Address me;
  private final HostCompute compute;
  private final ChainView chain;
  private final Peers peers;
  private final HostLog log;

  Juror(Address me, HostCompute compute, ChainView chain, Peers peers, HostLog log) {
    this.me = me;
    this.compute = compute;
    this.chain = chain;
    this.peers = peers;
    this.log = log;
  }

  @Override
  public List<Duty> duties() {
    List<Duty> duties = new ArrayList<>();
    for (DisputeRecord dispute : chain.openDisputes()) {
      boolean mine =
          dispute.getKind() != DisputeKind.DISPUTE_KIND_SPRINT
              && dispute.getJurorsList().contains(me.toString())
              && chain.height() + 1 >= dispute.getVoteFrom()
              && dispute.getVotesList().stream()
                  .noneMatch(vote -> vote.getJuror().equals(me.toString()));
      if (mine) {
        duties.add(
            new Duty(
                "vote in dispute " + dispute.getDispute(),
                dispute.getVoteTo(),
                () -> vote(dispute)));
      }
    }
    return duties;
  }

  private Progress vote(DisputeRecord dispute) {
    Address host = Address.ofText(dispute.getHost());
    Optional<SettledLane> lane =
        chain.audits(dispute.getEpoch()).getSettlementsList().stream()
            .filter(settlement -> settlement.getHost().equals(dispute.getHost()))
            .findFirst()
            .flatMap(settlement -> ReceiptAuditor.lane(settlement, dispute.getSession()));
    if (lane.isEmpty()) {
      return Duty.waiting("the chain knows no such lane");
    }
    ReceiptCheck check = new ReceiptCheck(chain.chainId(), host, lane.get());
    String why = "";
    for (String holder : List.of(dispute.getHost(), dispute.getChallenger())) {
      switch (find(check, dispute, holder)) {
        case ReceiptCheck.Shown shown -> {
          return recompute(dispute, shown);
        }
        case ReceiptCheck.Lie lie -> {
          return expose(dispute, lie);
        }
        case ReceiptCheck.NotShown notShown -> why = notShown.why();
      }
    }
    if (chain.height() + VOTE_MARGIN < dispute.getVoteTo()) {
      return Duty.waiting("the receipt was not shown: " + why);
    }
    MsgVerdict.Builder verdict = MsgVerdict.newBuilder().setNotShown(NotShown.newBuilder());
    return send(dispute, verdict, "not shown");
  }

  /**
   * What contradicts itself convicts as soon as the chain sees it; there is nothing to recompute.
   */
  private Progress expose(DisputeRecord dispute, ReceiptCheck.Lie lie) {
    Recomputed none =
        Recomputed.newBuilder()
            .setDigest(Wire.bytes(Digest32.ZERO))
            .setStreamHash(Wire.bytes(Digest32.ZERO))
            .build();
    MsgVerdict.Builder verdict =
        MsgVerdict.newBuilder().setRecomputed(none).setShown(proof(lie.proof()));
    return send(dispute, verdict, lie.why());
  }

  private static ShownProof proof(ShownReceipt shown) {
    return ShownProof.newBuilder()
        .setNumber(shown.getNumber())
        .setOrder(shown.getOrder())
        .setReceipt(shown.getReceipt())
        .addAllPath(shown.getPathList())
        .build();
  }

  private ReceiptCheck.Finding find(ReceiptCheck check, DisputeRecord dispute, String holder) {
    boolean isNumbered = dispute.getKind() == DisputeKind.DISPUTE_KIND_RECEIPT;
    ReceiptCheck.Wanted wanted =
        isNumbered
            ? ReceiptCheck.Wanted.number(dispute.getNumber())
            : ReceiptCheck.Wanted.coin(dispute.getCoin());
    Peers.Fetched<ShownReceipt> fetched =
        peers.receipt(
            holder,
            dispute.getHost(),
            dispute.getEpoch(),
            dispute.getSession(),
            wanted,
            // There may be another to ask, and then there is something to recompute.
            chain.until(dispute.getVoteTo() - VOTE_MARGIN).dividedBy(3));
    return switch (fetched) {
      case Peers.Nothing<ShownReceipt> nothing -> new ReceiptCheck.NotShown(nothing.why());
      case Peers.Got<ShownReceipt> got -> {
        ReceiptCheck.Finding finding = check.check(got.value(), wanted);
        boolean other =
            isNumbered
                && finding instanceof ReceiptCheck.Shown shown
                && !Wire.bytes(shown.orderHash()).equals(dispute.getOrderHash());
        yield other ? new ReceiptCheck.NotShown("it is another order") : finding;
      }
    };
  }

  private Progress recompute(DisputeRecord dispute, ReceiptCheck.Shown shown) {
    if (!shown.order().getModel().equals(Wire.bytes(compute.model().digest().identity().root()))) {
      return Duty.waiting("it is for a model that this host does not serve");
    }
    ReceiptRecomputation.Truth truth;
    try {
      truth = ReceiptRecomputation.run(compute, me, shown);
    } catch (IllegalArgumentException e) {
      // No model answers such a request, so the receipt stands for no work.
      return send(dispute, MsgVerdict.newBuilder().setNotShown(NotShown.newBuilder()), "not shown");
    }
    MsgVerdict.Builder verdict =
        MsgVerdict.newBuilder()
            .setRecomputed(
                Recomputed.newBuilder()
                    .setDigest(Wire.bytes(truth.digest()))
                    .setStreamHash(Wire.bytes(truth.streamHash())));
    if (dispute.getKind() == DisputeKind.DISPUTE_KIND_NOT_SHOWN) {
      verdict.setShown(proof(shown.proof()));
    }
    return send(dispute, verdict, truth.equal() ? "the receipt is right" : "another answer");
  }

  private Progress send(DisputeRecord dispute, MsgVerdict.Builder verdict, String vote) {
    TransactionOutcome outcome =
        chain
            .chain()
            .send(
                new Message.Verdict(
                    verdict.setJuror(me.toString()).setDispute(dispute.getDispute()).build()));
    if (outcome.code() != 0) {
      return Duty.waiting(outcome.log());
    }
    log.voted(dispute.getDispute(), Address.ofText(dispute.getHost()), vote);
    return Duty.done();
  }
}
