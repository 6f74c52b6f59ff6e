package exacta.ledger;

import exacta.primitives.Digest32;
import exacta.protocol.Receipts;
import exacta.protocol.Wire;
import exacta.protocol.v1.DisputeOutcome;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.MsgVerdict;
import exacta.protocol.v1.Recomputed;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Counts the votes of a jury. Spec: market.md#verdict. */
final class JuryCount {
  private JuryCount() {}

  static DisputeOutcome outcome(DisputeRecord dispute, int verdictMin) {
    // In the order in which each vote was first given.
    Map<Optional<Recomputed>, Integer> equal = new LinkedHashMap<>();
    for (MsgVerdict vote : dispute.getVotesList()) {
      Optional<Recomputed> said =
          vote.hasRecomputed() ? Optional.of(vote.getRecomputed()) : Optional.empty();
      equal.merge(said, 1, Integer::sum);
    }
    Optional<Recomputed> winner = Optional.empty();
    int most = 0;
    for (Map.Entry<Optional<Recomputed>, Integer> entry : equal.entrySet()) {
      if (entry.getValue() > most) {
        most = entry.getValue();
        winner = entry.getKey();
      }
    }
    if (most == 0 || most < verdictMin) {
      return DisputeOutcome.DISPUTE_OUTCOME_UNDECIDED;
    }
    if (winner.isEmpty()) {
      return DisputeOutcome.DISPUTE_OUTCOME_NOT_SHOWN;
    }
    return isReceipt(dispute, winner.get())
        ? DisputeOutcome.DISPUTE_OUTCOME_CHALLENGER_LOST
        : DisputeOutcome.DISPUTE_OUTCOME_HOST_CONVICTED;
  }

  private static boolean isReceipt(DisputeRecord dispute, Recomputed answer) {
    Optional<Digest32> orderHash = Wire.parseDigest(dispute.getOrderHash());
    Optional<Digest32> digest = Wire.parseDigest(answer.getDigest());
    return orderHash.isPresent()
        && digest.isPresent()
        && answer.getStreamHash().equals(dispute.getStreamHash())
        && Wire.bytes(Receipts.digestCommitment(orderHash.get(), dispute.getCount(), digest.get()))
            .equals(dispute.getDigestCommitment());
  }
}
