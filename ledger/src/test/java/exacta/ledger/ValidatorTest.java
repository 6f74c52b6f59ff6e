package exacta.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import exacta.crypto.Ed25519Key;
import exacta.ledger.state.PlanEntry;
import exacta.ledger.state.PlanState;
import exacta.ledger.state.TallyState;
import exacta.primitives.Amount;
import exacta.primitives.Hasher;
import exacta.primitives.Height;
import exacta.protocol.ConsensusKeys;
import exacta.protocol.Message;
import exacta.protocol.PoolLinks;
import exacta.protocol.v1.ConvictionRecord;
import exacta.protocol.v1.DisputeKind;
import exacta.protocol.v1.Genesis;
import exacta.protocol.v1.GenesisValidator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Four genesis validators, host0 to host3; host4 registers later. */
@Timeout(60)
class ValidatorTest {
  private static final long EPOCH = Parameters.oneMachine().getEpochBlocks();

  private final Scenario scenario = new Scenario();

  ValidatorTest() {
    MemoryStore fresh = new MemoryStore();
    Genesis.Builder genesis = scenario.genesis(Parameters.oneMachine());
    for (int i = 0; i < Scenario.HOSTS; i++) {
      genesis.addValidators(
          GenesisValidator.newBuilder()
              .setHost(scenario.address("host" + i).toString())
              .setConsensusKey(key("host" + i)));
    }
    scenario.ledger.initialize(fresh, genesis.build());
    scenario.store.replaceBy(fresh);
  }

  private static Ed25519Key secret(String name) {
    return Ed25519Key.of(Hasher.of("test-consensus").text(name).finish().toBytes());
  }

  private static ByteString key(String name) {
    return ByteString.copyFrom(secret(name).publicKey());
  }

  private static ConsensusAddress validator(String name) {
    return ConsensusAddress.ofKey(key(name).toByteArray());
  }

  private Map<String, Long> powers(List<ValidatorPower> list) {
    Map<String, Long> powers = new TreeMap<>();
    for (ValidatorPower one : list) {
      for (String name : List.of("host0", "host1", "host2", "host3", "other")) {
        if (key(name).equals(one.key())) {
          powers.put(name, one.power());
        }
      }
    }
    assertEquals(list.size(), powers.size());
    return powers;
  }

  private Map<String, Long> powers() {
    return powers(scenario.ledger.validators(scenario.store));
  }

  private Message register(String host, String key) {
    return ConsensusKeys.register(
        Scenario.CHAIN_ID,
        scenario.address(host),
        secret(key),
        PoolLinks.previous(Hasher.of("test-link").finish()));
  }

  /** Makes the epoch's last block, the next plan having these weights. */
  private Map<String, Long> endEpoch(long... weights) {
    long last = (scenario.epoch() + 1) * EPOCH;
    LedgerState state = new LedgerState(scenario.store);
    // What a Sprint would have counted, and collateral for all of it.
    for (int i = 0; i < weights.length; i++) {
      HostKey key = new HostKey(scenario.epoch(), scenario.address("host" + i));
      TallyState tally = state.tallies.get(key).orElse(TallyState.getDefaultInstance());
      state.tallies.put(key, tally.toBuilder().setCounted(weights[i]).build());
    }
    scenario.advanceTo(last - 1);
    scenario.stirs = false;
    return powers(apply(List.of(), List.of()));
  }

  private List<ValidatorPower> apply(List<Block.Vote> votes, List<ConsensusAddress> doubles) {
    long height = scenario.height() + 1;
    return scenario
        .ledger
        .apply(
            scenario.store,
            new Block(new Height(height), height, List.of(), votes, Optional.empty(), doubles))
        .validators();
  }

  @Test
  void theFirstSetHoldsUntilAPlanHasWeight() {
    Map<String, Long> equal =
        Map.of("host0", 250_000L, "host1", 250_000L, "host2", 250_000L, "host3", 250_000L);
    assertEquals(equal, powers());
    assertEquals(Map.of(), endEpoch());
    assertEquals(equal, powers());
  }

  @Test
  void onlyWhatChangesIsTold() {
    assertEquals(
        Map.of("host0", 280_000L, "host1", 240_000L, "host2", 240_000L, "host3", 240_000L),
        endEpoch(280, 240, 240, 240));
    // The mean of two plans.
    assertEquals(Map.of("host0", 260_000L, "host1", 260_000L), endEpoch(240, 280, 240, 240));
    assertEquals(Map.of(), endEpoch());
    assertEquals(260_000, powers().get("host1"));
  }

  @Test
  void aKeyCountsFromTheEpochAfterTheNextOn() {
    endEpoch(100, 100, 100, 100);
    scenario.sendWell("host0", register("host0", "other"));
    scenario.sendBadly(Refusal.ALREADY_DONE, "host0", register("host0", "another"));
    scenario.sendBadly(Refusal.ALREADY_DONE, "host1", register("host1", "other"));
    scenario.sendBadly(Refusal.HOST_UNKNOWN, "alice", register("alice", "alice"));
    // The old key is none any more, the new one not yet.
    Map<String, Long> between = endEpoch(100, 100, 100, 100);
    assertEquals(0, between.get("host0"));
    assertEquals(3, powers().size());
    assertEquals(250_000, endEpoch(100, 100, 100, 100).get("other"));
    assertEquals(4, powers().size());
  }

  @Test
  void aKeyOfSomebodyElseIsNotTaken() {
    Message.RegisterValidator ofHost1 = (Message.RegisterValidator) register("host1", "other");
    Message stolen =
        new Message.RegisterValidator(
            ofHost1.body().toBuilder().setHost(scenario.address("host0").toString()).build());
    scenario.sendBadly(Refusal.UNAUTHORIZED, "host0", stolen);
  }

  @Test
  void whoSignsLessThanHalfAnEpochsBlocksHasNoPowerInTheNext() {
    for (int i = 0; i <= EPOCH / 2; i++) {
      boolean isPresent = i == 0;
      apply(
          List.of(
              new Block.Vote(validator("host0"), false),
              new Block.Vote(validator("host1"), isPresent)),
          List.of());
    }
    Map<String, Long> told = endEpoch(100, 100, 100, 100);
    // host0 missed one block more than half, host1 exactly half.
    assertEquals(0, told.get("host0"));
    assertEquals(333_333, powers().get("host1"));
    assertEquals(250_000, endEpoch(100, 100, 100, 100).get("host0"));
  }

  @Test
  void signingTwiceIsPunishedOncePerKey() {
    Amount burnt = Scenario.COLLATERAL.share(50, 1000);
    for (int i = 0; i < 3; i++) {
      apply(List.of(), List.of(validator("host3"), validator("host3"), validator("nobody")));
    }
    assertEquals(
        Scenario.COLLATERAL.minus(burnt).nanoCoins(), scenario.host("host3").getCollateral());
    assertEquals(burnt.nanoCoins(), scenario.network().getSupply().getBurned());
    assertEquals(List.of(), Ledger.audit(scenario.store));
    assertEquals(
        List.of(DisputeKind.DISPUTE_KIND_DOUBLE_SIGNATURE),
        scenario.convictions().stream().map(ConvictionRecord::getKind).toList());
    assertEquals(0, endEpoch(100, 100, 100, 100).get("host3"));
    assertTrue(scenario.host("host3").getRegistered());
  }

  @Test
  void aConvictedHostsOldWeightGivesNoPowerAgain() {
    endEpoch(100, 100, 100, 100);
    new Convictions(new LedgerState(scenario.store))
        .convict(
            scenario.address("host2"),
            DisputeKind.DISPUTE_KIND_SPRINT,
            scenario.address("bob"),
            scenario.epoch(),
            1);
    assertEquals(0, endEpoch(100, 100, 0, 100).get("host2"));
    LedgerState state = new LedgerState(scenario.store);
    assertEquals(
        scenario.epoch(),
        state.validators.require(scenario.address("host2")).getWeightSinceEpoch());
  }

  /** All convicted: better the old ones than none, which would end the chain. */
  @Test
  void neverEmpty() {
    endEpoch(100, 100, 100, 100);
    LedgerState state = new LedgerState(scenario.store);
    for (int i = 0; i < Scenario.HOSTS; i++) {
      new Convictions(state)
          .convict(
              scenario.address("host" + i),
              DisputeKind.DISPUTE_KIND_SPRINT,
              scenario.address("bob"),
              scenario.epoch(),
              1);
    }
    assertEquals(Map.of(), endEpoch());
    assertEquals(4, powers().size());
  }

  @Test
  void plansAreKeptAsLongAsTheyGivePower() {
    endEpoch(100, 100, 100, 100);
    for (int i = 0; i < 3; i++) {
      endEpoch();
    }
    assertEquals(4, powers().size());
    LedgerState state = new LedgerState(scenario.store);
    assertEquals(Optional.of(400L), state.plans.get(1L).map(PlanState::getWeight));
    assertEquals(
        100L,
        state
            .planEntries
            .get(new HostKey(1, scenario.address("host0")))
            .map(PlanEntry::getWeight)
            .orElse(0L));
  }

  @Test
  void aLinkIsTheProposersOwn() {
    byte[] link =
        PoolLinks.transaction(scenario.address("proposer"), Hasher.of("no-link").finish());
    long height = scenario.height() + 1;
    TxResult result =
        scenario
            .ledger
            .apply(
                scenario.store,
                new Block(
                    new Height(height),
                    height,
                    List.of(link),
                    List.of(),
                    Optional.of(validator("host0")),
                    List.of()))
            .transactions()
            .getFirst();
    assertEquals("POOL_LINK", Scenario.refusalOf(result));
    assertTrue(result.log().contains("does not propose this block"), result.log());
  }
}
