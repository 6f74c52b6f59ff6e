package exacta.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.google.protobuf.ByteString;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.protocol.Receipts;
import exacta.protocol.Wire;
import exacta.protocol.v1.DisputeOutcome;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.MsgVerdict;
import exacta.protocol.v1.NotShown;
import exacta.protocol.v1.Recomputed;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JuryTest {
  private static final Digest32 ORDER = Hasher.of("test-order").finish();

  /**
   * Votes: t true, a and b two other answers, s another stream with the true digest, n not shown.
   */
  @ParameterizedTest(name = "{0} of at least {1} -> {2}")
  @CsvSource({
    "'', 1, UNDECIDED",
    "t, 1, CHALLENGER_LOST",
    "t, 2, UNDECIDED",
    "tt, 2, CHALLENGER_LOST",
    "ta, 2, UNDECIDED",
    "ab, 2, UNDECIDED",
    "aa, 2, HOST_CONVICTED",
    "aat, 2, HOST_CONVICTED",
    "tata, 2, CHALLENGER_LOST",
    "atat, 2, HOST_CONVICTED",
    "ss, 2, HOST_CONVICTED",
    "ts, 2, UNDECIDED",
    "nn, 2, NOT_SHOWN",
    "nnt, 2, NOT_SHOWN",
    "nntt, 3, UNDECIDED",
    "nattt, 3, CHALLENGER_LOST",
  })
  void countsEqualVotes(String votes, int verdictMin, String outcome) {
    Recomputed truth = MarketLane.answer(ORDER, 7);
    DisputeRecord.Builder dispute =
        DisputeRecord.newBuilder()
            .setOrderHash(Wire.bytes(ORDER))
            .setCount(7)
            .setStreamHash(truth.getStreamHash())
            .setDigestCommitment(
                Wire.bytes(Receipts.digestCommitment(ORDER, 7, Wire.digest(truth.getDigest()))));
    votes.chars().forEach(vote -> dispute.addVotes(vote((char) vote, truth)));
    assertEquals(
        "DISPUTE_OUTCOME_" + outcome, JuryCount.outcome(dispute.build(), verdictMin).name());
  }

  private static MsgVerdict vote(char vote, Recomputed truth) {
    ByteString other = Wire.bytes(Hasher.of("other-stream").finish());
    return switch (vote) {
      case 't' -> MsgVerdict.newBuilder().setRecomputed(truth).build();
      case 's' ->
          MsgVerdict.newBuilder().setRecomputed(truth.toBuilder().setStreamHash(other)).build();
      case 'n' -> MsgVerdict.newBuilder().setNotShown(NotShown.getDefaultInstance()).build();
      default -> MsgVerdict.newBuilder().setRecomputed(MarketLane.answer(ORDER, vote)).build();
    };
  }

  @Test
  void drawsAJuryWhereThereAreMoreHosts() {
    MarketPlay play =
        new MarketPlay(
            new Scenario(Parameters.oneMachine().toBuilder().setJury(1).setVerdictMin(1).build()));
    Scenario scenario = play.scenario;
    MarketLane lane = play.lane(play.open("alice", "k", 1, Map.of("host0", 9000L)), "host0");
    lane.serveFalsely(4990);
    play.advanceTo(1, 1);
    scenario.sendWell("host0", MarketPlay.settle(lane.settle()));
    play.advanceTo(1, 14);
    scenario.sendWell("host1", play.challenge("host1", 0, lane.challenge(1, 1)));
    play.advanceTo(1, 67);
    DisputeRecord dispute = play.disputes().getFirst();
    assertEquals(1, dispute.getJurorsCount());
    String juror = scenario.name(dispute.getJurors(0));
    assertNotEquals("host0", juror);
    assertNotEquals("host1", juror);
    scenario.sendWell(juror, play.vote(juror, 1, MarketPlay.truth(dispute)));
    play.advanceTo(1, 91);
    assertEquals(
        DisputeOutcome.DISPUTE_OUTCOME_HOST_CONVICTED, play.disputes().getFirst().getOutcome());
  }
}
