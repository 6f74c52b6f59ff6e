package exacta.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.Digest32;
import exacta.protocol.Message;
import exacta.protocol.Wire;
import exacta.protocol.v1.MsgAnnounce;
import exacta.protocol.v1.MsgGrantOperator;
import exacta.protocol.v1.MsgRevokeOperator;
import exacta.protocol.v1.MsgSprintCommit;
import exacta.protocol.v1.SprintPhase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OperatorTest {
  private final Scenario scenario = new Scenario();

  private Message grant(String host, String operator) {
    return new Message.GrantOperator(
        MsgGrantOperator.newBuilder()
            .setHost(scenario.address(host).toString())
            .setOperator(scenario.address(operator).toString())
            .build());
  }

  private Message revoke(String host) {
    return new Message.RevokeOperator(
        MsgRevokeOperator.newBuilder().setHost(scenario.address(host).toString()).build());
  }

  private Message commit(String host) {
    return new Message.SprintCommit(
        MsgSprintCommit.newBuilder()
            .setHost(scenario.address(host).toString())
            .setSprint(1)
            .setCount(10)
            .setRoot(Wire.bytes(Digest32.ZERO))
            .build());
  }

  @Test
  void anOperatorDoesTheHostsDutiesAndIsNobodyBefore() {
    scenario.sendBadly(Refusal.UNKNOWN_ACCOUNT, "hot", commit("host0"));
    scenario.sendBadly(Refusal.UNAUTHORIZED, "bob", commit("host0"));
    // The grant gives the new key an account, with no coins in it.
    scenario.sendWell("host0", grant("host0", "hot"));
    SprintPlay play = new SprintPlay(scenario, 0);
    play.advanceTo(1, SprintPhase.SPRINT_PHASE_COMMIT);
    assertTrue(scenario.balance("hot").isZero());
    assertTrue(
        scenario.ledger.isDuty(scenario.store, scenario.transaction("hot", commit("host0"))));
    scenario.sendWell("hot", commit("host0"));
    assertEquals(scenario.address("host0").toString(), scenario.sprint(1).getEntries(0).getHost());
    scenario.sendBadly(Refusal.UNAUTHORIZED, "hot", commit("host1"));
  }

  @Test
  void anOperatorDoesNothingElse() {
    scenario.sendWell("host0", grant("host0", "hot"));
    scenario.sendBadly(Refusal.MALFORMED, "hot", AccountTest.send(scenario, "host0", "hot", 1));
    Message announce =
        new Message.Announce(
            MsgAnnounce.newBuilder()
                .setHost(scenario.address("host0").toString())
                .setUrl("http://127.0.0.1:1")
                .build());
    scenario.sendBadly(Refusal.MALFORMED, "hot", announce);
    scenario.sendBadly(Refusal.MALFORMED, "hot", grant("host0", "bob"));
    scenario.sendBadly(Refusal.MALFORMED, "hot", commit("host0"), announce);
  }

  @Test
  void theNewestGrantCountsUntilItIsRevoked() {
    scenario.sendWell("host0", grant("host0", "hot"));
    scenario.sendWell("host0", grant("host0", "bob"));
    scenario.sendBadly(Refusal.UNAUTHORIZED, "hot", commit("host0"));
    // It is admitted, and comes at the wrong time.
    assertFalse(Scenario.refusalOf(scenario.send("bob", commit("host0"))).equals("UNAUTHORIZED"));
    scenario.sendWell("host0", revoke("host0"));
    scenario.sendBadly(Refusal.UNAUTHORIZED, "bob", commit("host0"));
    scenario.sendBadly(Refusal.NOT_FOUND, "host0", revoke("host0"));
    scenario.sendBadly(Refusal.HOST_UNKNOWN, "alice", grant("alice", "bob"));
    scenario.sendBadly(Refusal.OUT_OF_BOUNDS, "host0", grant("host0", "host0"));
  }
}
