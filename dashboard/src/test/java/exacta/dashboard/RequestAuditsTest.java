package exacta.dashboard;

import static exacta.dashboard.StateJsonTest.line;
import static org.junit.jupiter.api.Assertions.assertEquals;

import exacta.dashboard.RequestAudits.Stage;
import exacta.dashboard.RequestLine.State;
import exacta.protocol.v1.DisputeOutcome;
import exacta.protocol.v1.DisputeRecord;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Orders 1 to 3 of one lane cost 100 each; coin 0 was attested by b, coin 150 awaits c. */
class RequestAuditsTest {
  private static final List<RequestLine> FEED =
      List.of(
          line(5, State.RUNNING, 0),
          line(4, State.RECEIPT, 100),
          line(3, State.RECEIPT, 100),
          line(2, State.RECEIPT, 100),
          line(1, State.RECEIPT, 100));

  private static RequestAudits audits(boolean paid, DisputeRecord... disputes) {
    return new RequestAudits(List.of(FakeChain.settled(8, 1, 3, paid)), List.of(disputes), FEED);
  }

  private static DisputeRecord.Builder dispute() {
    return DisputeRecord.newBuilder()
        .setDispute(7)
        .setHost("gonka1a")
        .setSession(FakeChain.SESSION)
        .setEpoch(8);
  }

  private static Stage stage(RequestAudits audits, int order) {
    return audits.of(FEED.get(5 - order)).stage();
  }

  @Test
  void eachOrderIsAsFarAsTheChainSays() {
    RequestAudits audits = audits(false);
    assertEquals(Stage.ATTESTED, stage(audits, 1));
    assertEquals(Stage.SAMPLED, stage(audits, 2));
    assertEquals(Stage.SETTLED, stage(audits, 3));
    assertEquals(Stage.RECEIPT, stage(audits, 4));
    assertEquals(Stage.RUNNING, stage(audits, 5));
  }

  @Test
  void aSampledOrderNamesItsAuditors() {
    RequestAudits.Result result = audits(false).of(FEED.get(3));
    assertEquals(List.of("gonka1c"), result.auditors());
    assertEquals(List.of(), result.attested());
    assertEquals(1, result.samples());
    assertEquals(OptionalLong.of(8), result.settledEpoch());
  }

  @Test
  void whatIsPaidIsPaid() {
    assertEquals(Stage.PAID, stage(audits(true), 1));
    assertEquals(Stage.PAID, stage(audits(true), 3));
  }

  @Test
  void anOrderWithoutReceiptHasFailed() {
    assertEquals(Stage.FAILED, audits(false).of(line(9, State.FAILED, 0)).stage());
  }

  /** Which order earned a coin is known only with the costs of all before it. */
  @Test
  void withAGapInTheFeedNothingIsSaidAboutSamples() {
    RequestAudits audits =
        new RequestAudits(
            List.of(FakeChain.settled(8, 1, 3, false)), List.of(), List.of(FEED.get(3)));
    assertEquals(Stage.SETTLED, audits.of(FEED.get(3)).stage());
  }

  @Test
  void anOpenDisputeAboutAReceiptShows() {
    RequestAudits audits = audits(false, dispute().setNumber(2).build());
    assertEquals(Stage.DISPUTED, stage(audits, 2));
    assertEquals(Stage.ATTESTED, stage(audits, 1));
    assertEquals(OptionalLong.of(7), audits.of(FEED.get(3)).dispute());
  }

  @Test
  void aCallAboutACoinMeansTheOrderThatEarnedIt() {
    RequestAudits audits = audits(false, dispute().setCoin(250).build());
    assertEquals(Stage.DISPUTED, stage(audits, 3));
    assertEquals(Stage.SAMPLED, stage(audits, 2));
  }

  @Test
  void aVerdictDecidesWhatBecomesOfIt() {
    assertEquals(
        Stage.CONVICTED,
        stage(
            audits(
                true,
                dispute()
                    .setNumber(1)
                    .setOutcome(DisputeOutcome.DISPUTE_OUTCOME_HOST_CONVICTED)
                    .build()),
            1));
    assertEquals(
        Stage.UNPAID,
        stage(
            audits(
                true,
                dispute()
                    .setNumber(1)
                    .setOutcome(DisputeOutcome.DISPUTE_OUTCOME_UNDECIDED)
                    .build()),
            1));
    assertEquals(
        Stage.PAID,
        stage(
            audits(
                true,
                dispute()
                    .setNumber(1)
                    .setOutcome(DisputeOutcome.DISPUTE_OUTCOME_CHALLENGER_LOST)
                    .build()),
            1));
  }
}
