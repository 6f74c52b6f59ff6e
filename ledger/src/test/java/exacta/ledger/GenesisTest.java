package exacta.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import exacta.primitives.Amount;
import exacta.primitives.ExactaException;
import exacta.primitives.Hasher;
import exacta.protocol.v1.ChainParameters;
import exacta.protocol.v1.FormerConsensusKey;
import exacta.protocol.v1.Genesis;
import exacta.protocol.v1.GenesisAccount;
import exacta.protocol.v1.GenesisValidator;
import exacta.protocol.v1.ModelRecord;
import exacta.protocol.v1.PoolCommitment;
import exacta.protocol.v1.Supply;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class GenesisTest {
  private final Scenario scenario = new Scenario();

  @Test
  void mintsDepositsAndCollateralOnTop() {
    Supply supply = scenario.network().getSupply();
    assertEquals(Amount.ofCoins(60_000).nanoCoins(), supply.getBalances());
    assertEquals(Amount.ofCoins(400).nanoCoins(), supply.getHostDeposits());
    assertEquals(Amount.ofCoins(4_000).nanoCoins(), supply.getCollateral());
    assertEquals(Amount.ofCoins(64_400).nanoCoins(), supply.getMinted());
    assertEquals(0, scenario.network().getWeight());
    assertTrue(new Plans(scenario.state()).isActive(scenario.address("host3")));
    assertEquals(4, new Plans(scenario.state()).electorate().size());
    assertEquals(1, new Plans(scenario.state()).electorate().getFirst().weight());
  }

  @TestFactory
  Stream<DynamicTest> refuses() {
    Map<String, Consumer<Genesis.Builder>> faults = new TreeMap<>();
    faults.put("no chain id", genesis -> genesis.setChainId(""));
    faults.put("a blank in the chain id", genesis -> genesis.setChainId("a b"));
    faults.put("a chain id of 65 characters", genesis -> genesis.setChainId("a".repeat(65)));
    faults.put(
        "an account without an address",
        genesis -> genesis.addAccounts(GenesisAccount.newBuilder().setBalance(1)));
    faults.put("an account twice", genesis -> genesis.addAccounts(genesis.getAccounts(0)));
    faults.put(
        "more than the cap",
        genesis -> genesis.getAccountsBuilder(0).setBalance(680_000_000_000_000_000L));
    faults.put("a negative balance", genesis -> genesis.getAccountsBuilder(0).setBalance(-1));
    faults.put("a host twice", genesis -> genesis.addHosts(genesis.getHosts(0)));
    faults.put("a model twice", genesis -> genesis.addModels(genesis.getModels(0)));
    faults.put(
        "a model with a short root",
        genesis ->
            genesis.addModels(
                ModelRecord.newBuilder().setName("x").setRoot(ByteString.copyFromUtf8("short"))));
    faults.put("a host that serves an unknown model", genesis -> genesis.clearModels());
    faults.put("a proposer twice", genesis -> genesis.addPool(genesis.getPool(0)));
    faults.put(
        "a proposer without an anchor",
        genesis ->
            genesis.addPool(
                PoolCommitment.newBuilder().setProposer(scenario.address("bob").toString())));
    validatorFaults(faults);
    faults.put("no parameters", genesis -> genesis.clearParameters());
    return faults.entrySet().stream()
        .map(fault ->
            DynamicTest.dynamicTest(
                fault.getKey(),
                () -> {
                  Genesis.Builder genesis = scenario.genesis(Parameters.oneMachine());
                  fault.getValue().accept(genesis);
                  ExactaException thrown =
                      assertThrows(
                          ExactaException.class,
                          () -> scenario.ledger.initialize(new MemoryStore(), genesis.build()));
                  assertEquals(ExactaException.Category.FATAL, thrown.category());
                }));
  }

  private void validatorFaults(Map<String, Consumer<Genesis.Builder>> faults) {
    faults.put(
        "a validator that is no host", genesis -> genesis.addValidators(validator("alice", 1)));
    faults.put(
        "a validator without a key",
        genesis -> genesis.addValidators(validator("host0", 1).clearConsensusKey()));
    faults.put(
        "a validator twice",
        genesis ->
            genesis
                .addValidators(validator("host0", 1))
                .addValidators(validator("host0", 1).setConsensusKey(key("other"))));
    faults.put(
        "a key of two validators",
        genesis ->
            genesis
                .addValidators(validator("host0", 1))
                .addValidators(validator("host1", 1).setConsensusKey(key("host0"))));
    faults.put(
        "powers above a million",
        genesis ->
            genesis
                .addValidators(validator("host0", 600_000))
                .addValidators(validator("host1", 400_001)));
    faults.put("a power below 0", genesis -> genesis.addValidators(validator("host0", -1)));
    faults.put(
        "a key that a validator has and somebody had",
        genesis ->
            genesis.addValidators(validator("host0", 1)).addFormerKeys(former(key("host0"))));
    faults.put(
        "a former key twice",
        genesis -> genesis.addFormerKeys(former(key("x"))).addFormerKeys(former(key("x"))));
    faults.put(
        "a former key of 3 bytes",
        genesis -> genesis.addFormerKeys(former(ByteString.copyFromUtf8("key"))));
    faults.put(
        "a former key of no address",
        genesis -> genesis.addFormerKeys(former(key("x")).setHost("somebody")));
  }

  private GenesisValidator.Builder validator(String host, long power) {
    return GenesisValidator.newBuilder()
        .setHost(scenario.address(host).toString())
        .setConsensusKey(key(host))
        .setPower(power);
  }

  private FormerConsensusKey.Builder former(ByteString key) {
    return FormerConsensusKey.newBuilder()
        .setHost(scenario.address("bob").toString())
        .setConsensusKey(key);
  }

  private static ByteString key(String name) {
    return ByteString.copyFrom(Hasher.of("test-key").text(name).finish().toBytes());
  }

  @Test
  void parametersProveThatTheirWindowsFit() {
    assertEquals(List.of(), faults(p -> {}));
    assertEquals(
        List.of("a Sprint from announcement to count, 60 blocks, fits into a slot of 60"),
        faults(p -> p.setComputeBlocks(23)));
    assertEquals(List.of(), faults(p -> p.setComputeBlocks(22)));
    assertEquals(
        List.of("settlement, audit and jury, 120 blocks, fit into an epoch of 120"),
        faults(p -> p.setReceiptAuditBlocks(58)));
    assertEquals(
        List.of("sprints_per_epoch divides epoch_blocks"), faults(p -> p.setEpochBlocks(121)));
    assertEquals(List.of("verdict_min is more than half of jury"), faults(p -> p.setVerdictMin(1)));
    assertEquals(List.of("attest_min is 1 to auditors"), faults(p -> p.setAttestMin(3)));
    assertEquals(
        List.of("sprint_dim is a multiple of 64 to 8192"), faults(p -> p.setSprintDim(100)));
    assertEquals(
        List.of("training_share and audit_share are at most the whole"),
        faults(p -> p.setTrainingShare(951)));
    assertEquals(
        List.of("challenge_deposit is at most the supply's cap"),
        faults(p -> p.setChallengeDeposit(-1)));
    assertEquals(
        List.of("host_deposit is at least a 2^24th of the supply's cap"),
        faults(p -> p.setHostDeposit(1)));
    assertTrue(Limits.faults(ChainParameters.getDefaultInstance()).size() > 10);
  }

  private static List<String> faults(Consumer<ChainParameters.Builder> change) {
    ChainParameters.Builder parameters = Parameters.oneMachine().toBuilder();
    change.accept(parameters);
    return Limits.faults(parameters.build());
  }

  @Test
  void theEmissionDecays() {
    long first = 323_000_000_000_000L;
    assertEquals(322846611432668L, Emissions.decayed(first));
    long amount = first;
    for (int epoch = 0; epoch < 1460; epoch++) {
      amount = Emissions.decayed(amount);
    }
    // exp(-0.000475 * 1460) is 0.49982: about half after four years of days.
    assertEquals(161_443, amount / 1_000_000_000L, 5);
  }
}
