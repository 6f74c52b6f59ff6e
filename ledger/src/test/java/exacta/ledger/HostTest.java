package exacta.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.Amount;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.protocol.Message;
import exacta.protocol.QueryPaths;
import exacta.protocol.Wire;
import exacta.protocol.v1.Ask;
import exacta.protocol.v1.MsgAnnounce;
import exacta.protocol.v1.MsgDepositCollateral;
import exacta.protocol.v1.MsgListModel;
import exacta.protocol.v1.MsgRegisterHost;
import exacta.protocol.v1.MsgSprintCommit;
import exacta.protocol.v1.QueryModelsRequest;
import exacta.protocol.v1.QueryModelsResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostTest {
  private static final String URL = "http://127.0.0.1:9500";
  private final Scenario scenario = new Scenario();

  static Message register(Scenario scenario, String who) {
    return new Message.RegisterHost(
        MsgRegisterHost.newBuilder().setHost(scenario.address(who).toString()).setUrl(URL).build());
  }

  private Message announce(String who, Digest32... models) {
    MsgAnnounce.Builder announce =
        MsgAnnounce.newBuilder().setHost(scenario.address(who).toString()).setUrl(URL + "/b");
    for (Digest32 model : models) {
      announce.addAsks(
          Ask.newBuilder()
              .setModel(Wire.bytes(model))
              .setInputPrice(1)
              .setOutputPrice(2)
              .setContextLength(100));
    }
    return new Message.Announce(announce.build());
  }

  private Message list(String who, String name, Digest32 root) {
    return new Message.ListModel(
        MsgListModel.newBuilder()
            .setLister(scenario.address(who).toString())
            .setName(name)
            .setRoot(Wire.bytes(root))
            .setCardBytes(1)
            .setWeightBytes(2)
            .setLeafCount(3)
            .build());
  }

  private Message deposit(String who, Amount amount) {
    return new Message.DepositCollateral(
        MsgDepositCollateral.newBuilder()
            .setHost(scenario.address(who).toString())
            .setAmount(amount.nanoCoins())
            .build());
  }

  @Test
  void registersForADepositAndJoinsTheNextPlan() {
    scenario.sendBadly(Refusal.HOST_REGISTERED, "host0", register(scenario, "host0"));
    scenario.sendBadly(Refusal.UNKNOWN_ACCOUNT, "carol", register(scenario, "carol"));
    scenario.sendWell("alice", register(scenario, "alice"));
    scenario.sendBadly(Refusal.HOST_REGISTERED, "alice", register(scenario, "alice"));
    assertEquals(Scenario.WEALTH.minus(Amount.ofCoins(100)), scenario.balance("alice"));
    assertTrue(scenario.host("alice").getRegistered());
    assertTrue(!new Plans(scenario.state()).isActive(scenario.address("alice")));
    scenario.advanceTo(120);
    assertTrue(new Plans(scenario.state()).isActive(scenario.address("alice")));
    scenario.sendWell("bob", AccountTest.send(scenario, "bob", "carol", 99_999_999_999L));
    scenario.sendBadly(Refusal.INSUFFICIENT_FUNDS, "carol", register(scenario, "carol"));
  }

  @Test
  void announcesListedModels() {
    scenario.sendBadly(Refusal.HOST_UNKNOWN, "alice", announce("alice", Scenario.MODEL));
    scenario.sendBadly(Refusal.MODEL_UNKNOWN, "host0", announce("host0", Digest32.ZERO));
    scenario.sendBadly(
        Refusal.MODEL_UNKNOWN, "host0", announce("host0", Scenario.MODEL, Scenario.MODEL));
    scenario.sendWell("host0", announce("host0", Scenario.OTHER_MODEL, Scenario.MODEL));
    assertEquals(2, scenario.host("host0").getAsksCount());
    assertEquals(URL + "/b", scenario.host("host0").getUrl());
    scenario.sendWell("host0", announce("host0"));
    assertEquals(0, scenario.host("host0").getAsksCount());
  }

  @Test
  void listsAModelUnderTheListersName() {
    Digest32 root = Hasher.of("mine").finish();
    scenario.sendWell("alice", list("alice", "mine", root));
    scenario.sendBadly(Refusal.MODEL_LISTED, "alice", list("alice", "again", root));
    scenario.sendBadly(Refusal.MODEL_LISTED, "alice", list("alice", "mine", Digest32.ZERO));
    scenario.sendWell("bob", list("bob", "mine", Digest32.ZERO));
    QueryModelsResponse models =
        scenario.ask(
            QueryPaths.MODELS,
            QueryModelsRequest.getDefaultInstance(),
            QueryModelsResponse.parser());
    assertEquals(4, models.getModelsCount());
    assertTrue(
        models.getModelsList().stream()
            .anyMatch(m -> m.getName().equals(scenario.address("alice") + "/mine")));
  }

  @Test
  void stakesCollateral() {
    scenario.sendBadly(Refusal.HOST_UNKNOWN, "alice", deposit("alice", Amount.ofCoins(1)));
    scenario.sendBadly(
        Refusal.INSUFFICIENT_FUNDS, "host0", deposit("host0", Amount.ofCoins(10_001)));
    scenario.sendWell("host0", deposit("host0", Amount.ofCoins(500)));
    assertEquals(Amount.ofCoins(1500).nanoCoins(), scenario.host("host0").getCollateral());
    assertEquals(Amount.ofCoins(9500), scenario.balance("host0"));
  }

  @ParameterizedTest(name = "{0} nonces with {1} ngonka weigh {2}")
  @CsvSource({
    "0, 0, 0",
    "100, 0, 20",
    "4, 0, 0",
    "5, 0, 1",
    "100, 9999999, 20",
    "100, 10000000, 21",
    "100, 799999999, 99",
    "100, 800000000, 100",
    "100, 9000000000, 100",
    "1099511627776, 0, 219902325555",
  })
  void weighsWhatCollateralCovers(long nonces, long collateral, long weight) {
    assertEquals(weight, Plans.backed(Parameters.oneMachine(), nonces, collateral));
  }

  @Test
  void boundsTheDifferentModelsOfAHost() {
    for (int batch = 0; batch < 4; batch++) {
      Digest32[] models = new Digest32[64];
      Message[] lists = new Message[64];
      for (int i = 0; i < models.length; i++) {
        models[i] = Hasher.of("test-many").integer(64 * batch + i).finish();
        lists[i] = list("alice", "m" + (64 * batch + i), models[i]);
      }
      scenario.sendWell("alice", lists);
      scenario.sendWell("host0", announce("host0", models));
    }
    scenario.sendBadly(Refusal.OUT_OF_BOUNDS, "host0", announce("host0"));
  }

  @Test
  void knowsTheDutiesOfHostsInThePlan() {
    scenario.sendWell("alice", register(scenario, "alice"));
    assertTrue(isDuty("host0", commit("host0")));
    assertTrue(isDuty("host0", commit("host0"), commit("host0")));
    assertFalse(isDuty("alice", commit("alice")));
    assertFalse(isDuty("host0", commit("host0"), announce("host0")));
    assertFalse(scenario.ledger.isDuty(scenario.store, new byte[] {1, 2, 3}));
    while (scenario.network().getEpoch() == 0) {
      scenario.advance();
    }
    assertTrue(isDuty("alice", commit("alice")));
  }

  private boolean isDuty(String who, Message... messages) {
    return scenario.ledger.isDuty(scenario.store, scenario.transaction(who, messages));
  }

  private Message commit(String who) {
    return new Message.SprintCommit(
        MsgSprintCommit.newBuilder()
            .setHost(scenario.address(who).toString())
            .setSprint(1)
            .setCount(1)
            .setRoot(Wire.bytes(Scenario.MODEL))
            .build());
  }
}
