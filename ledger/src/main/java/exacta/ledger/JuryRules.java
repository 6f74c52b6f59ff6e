package exacta.ledger;

import exacta.protocol.v1.DisputeKind;
import exacta.protocol.v1.DisputeOutcome;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.MsgVerdict;
import exacta.protocol.v1.ShownProof;
import java.util.Optional;

/** The votes of jurors. Spec: market.md#jury. */
final class JuryRules {
  private final LedgerState state;

  JuryRules(LedgerState state) {
    this.state = state;
  }

  Verdict vote(MsgVerdict vote) {
    Optional<DisputeRecord> found =
        state
            .disputes
            .get(vote.getDispute())
            .filter(dispute -> dispute.getKind() != DisputeKind.DISPUTE_KIND_SPRINT);
    if (found.isEmpty()) {
      return Verdict.refused(Refusal.DISPUTE_UNKNOWN, "no jury decides about this");
    }
    DisputeRecord dispute = found.get();
    if (!ReceiptDisputes.isOpen(dispute)) {
      return Verdict.refused(Refusal.ALREADY_DONE, "the dispute is decided");
    }
    if (state.height() < dispute.getVoteFrom() || state.height() > dispute.getVoteTo()) {
      return Verdict.refused(
          Refusal.WRONG_TIME,
          "votes count in blocks %d to %d".formatted(dispute.getVoteFrom(), dispute.getVoteTo()));
    }
    if (!dispute.getJurorsList().contains(vote.getJuror())) {
      return Verdict.refused(Refusal.NOT_ON_DUTY, "not a juror of this dispute");
    }
    if (dispute.getVotesList().stream()
        .anyMatch(before -> before.getJuror().equals(vote.getJuror()))) {
      return Verdict.refused(Refusal.ALREADY_DONE, "the juror has voted");
    }
    return vote.hasRecomputed() && dispute.getOrderHash().isEmpty()
        ? voteAboutShown(dispute, vote)
        : count(dispute, vote);
  }

  /** The first who was shown what was called for brings it along. */
  private Verdict voteAboutShown(DisputeRecord dispute, MsgVerdict vote) {
    ShownProof shown = vote.getShown();
    Evidence evidence = new Evidence(state);
    Optional<LoggedReceipt> found =
        evidence
            .locate(
                ReceiptDisputes.settlement(dispute),
                dispute.getSession(),
                shown.getNumber(),
                shown.getOrder(),
                shown.getReceipt(),
                shown.getPathList())
            .filter(receipt -> receipt.earned(dispute.getCoin()));
    if (found.isEmpty()) {
      return Verdict.refused(
          Refusal.BAD_PROOF, "a vote about a called receipt needs what the host showed");
    }
    DisputeRecord described = found.get().describe(dispute.toBuilder()).build();
    Verdict counted = count(described, vote);
    if (evidence.contradiction(found.get()).isPresent()) {
      new ReceiptDisputes(state)
          .close(
              state.disputes.require(dispute.getDispute()),
              DisputeOutcome.DISPUTE_OUTCOME_HOST_CONVICTED);
    }
    return counted;
  }

  private Verdict count(DisputeRecord dispute, MsgVerdict vote) {
    state.disputes.put(
        dispute.getDispute(), dispute.toBuilder().addVotes(vote.toBuilder().clearShown()).build());
    return Verdict.accepted();
  }
}
