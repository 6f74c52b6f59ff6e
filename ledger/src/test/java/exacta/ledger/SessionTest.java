package exacta.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import exacta.protocol.QueryPaths;
import exacta.protocol.v1.QuerySessionRequest;
import exacta.protocol.v1.QuerySessionsRequest;
import exacta.protocol.v1.QuerySessionsResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SessionTest {
  private final MarketStory story = new MarketStory();
  private final MarketPlay play = story.play;
  private final Scenario scenario = play.scenario;

  @Test
  void opensToppedUpAndClosed() {
    story.tell(
        """
        open S1 alice last 5 host0=1000 host1=500    -> accepted
        balance alice 1500
        lane S1 host0 cap 1000 settled 0 sum 0
        top-up S1 alice host0=200 host2=50           -> accepted
        balance alice 1750
        lane S1 host0 cap 1200 settled 0 sum 0
        lane S1 host1 cap 500 settled 0 sum 0
        lane S1 host2 cap 50 settled 0 sum 0
        close S1 alice                               -> accepted
        close S1 alice                               -> already_done
        top-up S1 alice host0=1                      -> accepted
        balance alice 1751
        """);
    assertEquals(1, play.session(story.session("S1")).getLastEpoch());
  }

  @Test
  void givesBackWhatIsLeftAfterTheLastSettlement() {
    story.tell(
        """
        open S1 alice last 1 host0=1000              -> accepted
        open S2 alice last 0 host0=70                -> accepted
        open S3 alice last 7 host0=5                 -> accepted
        order S1 host0 seq 1 tokens 90
        at 1 1
        settle S1 host0                              -> accepted
        at 1 11
        balance alice 1075
        top-up S2 alice host0=1                      -> session_ended
        close S2 alice                               -> session_ended
        balance alice 1005
        top-up S2 alice host0=1                      -> session_unknown
        close S3 alice                               -> accepted
        at 2 1
        top-up S1 alice host0=1                      -> session_ended
        at 2 13
        balance alice 105
        at 3 13
        balance alice 100
        """);
    assertEquals(
        22,
        scenario
            .query(
                QueryPaths.SESSION,
                QuerySessionRequest.newBuilder().setSession(story.session("S1")).build())
            .code());
  }

  @Test
  void refusesWhatBreaksABound() {
    story.tell(
        """
        at 1 1
        open S alice last 0 host0=1                  -> out_of_bounds
        open S alice last 10002 host0=1              -> out_of_bounds
        open S alice last 10001 host0=1              -> accepted
        open T alice last 1 alice=1                  -> host_unknown
        open T alice last 1 host0=10000000000001     -> insufficient_funds
        open T carol last 1 host0=1                  -> unknown_account
        top-up S bob host0=1                         -> unauthorized
        close S bob                                  -> unauthorized
        top-up S alice host0=10000000000000          -> insufficient_funds
        top-up S alice bob=1                         -> host_unknown
        top-up S alice host0=9999999999999           -> accepted
        balance alice 10000000000000
        """);
  }

  @Test
  void refusesALaneNamedTwiceAndTwoSessionsOfOneTransaction() {
    scenario.sendBadly(
        Refusal.ALREADY_DONE,
        "alice",
        play.openMessage("alice", "k", 1, Map.of("host0", 1L)),
        play.openMessage("alice", "k", 1, Map.of("host0", 1L)));
    assertEquals(Scenario.WEALTH, scenario.balance("alice"));
  }

  @Test
  void boundsTheSessionsOfADeveloper() {
    for (int i = 0; i < SessionRules.SESSIONS_MAX; i++) {
      scenario.queue("alice", play.openMessage("alice", "k", i % 3, Map.of("host0", 1L)));
    }
    scenario.advance();
    scenario.sendBadly(
        Refusal.OUT_OF_BOUNDS, "alice", play.openMessage("alice", "k", 1, Map.of("host0", 1L)));
    assertEquals(SessionRules.SESSIONS_MAX, sessions("alice").getSessionsCount());
    assertEquals(0, sessions("bob").getSessionsCount());
    play.advanceTo(1, 13);
    assertEquals(SessionRules.SESSIONS_MAX - 22, sessions("alice").getSessionsCount());
    scenario.sendWell("alice", play.openMessage("alice", "k", 1, Map.of("host0", 1L)));
  }

  private QuerySessionsResponse sessions(String developer) {
    return scenario.ask(
        QueryPaths.SESSIONS,
        QuerySessionsRequest.newBuilder().setDeveloper(play.text(developer)).build(),
        QuerySessionsResponse.parser());
  }
}
