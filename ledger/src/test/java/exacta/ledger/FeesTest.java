package exacta.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import exacta.crypto.Address;
import exacta.ledger.state.AccountState;
import exacta.ledger.state.PlanEntry;
import exacta.ledger.state.PlanState;
import exacta.ledger.state.TallyState;
import exacta.primitives.Amount;
import exacta.primitives.Digest32;
import exacta.protocol.Gas;
import exacta.protocol.Message;
import exacta.protocol.QueryPaths;
import exacta.protocol.Transaction;
import exacta.protocol.TransactionBuilder;
import exacta.protocol.Wire;
import exacta.protocol.cosmos.tx.SimulateRequest;
import exacta.protocol.cosmos.tx.SimulateResponse;
import exacta.protocol.v1.MsgSprintAttest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On a chain whose gas has a price. */
@Timeout(60)
class FeesTest {
  private static final long PRICE = 3;

  private final Scenario scenario =
      new Scenario(Parameters.oneMachine().toBuilder().setMinimumGasPrice(PRICE).build());

  /** The next transaction of somebody, who pays so much for each unit of gas. */
  private byte[] transaction(String who, long price, Message... messages) {
    AccountState account = scenario.state().accounts.require(scenario.address(who));
    return TransactionBuilder.build(
        List.of(messages),
        scenario.key(who),
        new TransactionBuilder.Account(
            Scenario.CHAIN_ID, account.getNumber(), account.getSequence()),
        price,
        "");
  }

  private TxResult send(byte[] transaction) {
    scenario.queueBytes(transaction);
    return scenario.advance().getLast();
  }

  private static Amount fee(byte[] transaction) {
    return ((Transaction) Transaction.decode(transaction)).fee();
  }

  @ParameterizedTest(name = "pays {0} for a unit -> {1}")
  @CsvSource({"0, INSUFFICIENT_FEE", "2, INSUFFICIENT_FEE", "3, accepted", "7, accepted"})
  void wantsTheMinimumPriceForAllGas(long price, String outcome) {
    byte[] bytes = transaction("alice", price, AccountTest.send(scenario, "alice", "bob", 5));
    TxResult result = send(bytes);
    assertEquals(outcome, Scenario.refusalOf(result), result.log());
    boolean accepted = outcome.equals("accepted");
    Amount left =
        accepted ? Scenario.WEALTH.minus(fee(bytes)).minus(Amount.ofNano(5)) : Scenario.WEALTH;
    assertEquals(left, scenario.balance("alice"));
    assertEquals(accepted ? fee(bytes).nanoCoins() : 0, scenario.network().getSupply().getBurned());
  }

  @Test
  void aFailedTransactionPaysAsWell() {
    byte[] bytes =
        transaction("alice", PRICE, AccountTest.send(scenario, "alice", "bob", Long.MAX_VALUE));
    TxResult result = send(bytes);
    assertEquals("INSUFFICIENT_FUNDS", Scenario.refusalOf(result));
    assertEquals(Scenario.WEALTH.minus(fee(bytes)), scenario.balance("alice"));
    assertEquals(fee(bytes).nanoCoins() / PRICE, result.gasUsed());
    assertEquals("tx", result.events().getFirst().type());
    assertEquals(1, result.events().size());
  }

  @Test
  void whoCannotPayTheFeeIsNotAdmitted() {
    byte[] bytes =
        transaction("alice", Long.MAX_VALUE >> 20, AccountTest.send(scenario, "alice", "bob", 5));
    assertEquals("INSUFFICIENT_FUNDS", Scenario.refusalOf(send(bytes)));
    assertEquals(0, scenario.state().accounts.require(scenario.address("alice")).getSequence());
  }

  @Test
  void gasIsAFunctionOfMessagesAndBody() {
    Message send = AccountTest.send(scenario, "alice", "bob", 5);
    assertEquals(Gas.of(List.of(send), 100) + 20, Gas.of(List.of(send), 102));
    assertTrue(Gas.of(List.of(send, send), 100) > Gas.of(List.of(send), 100));
  }

  private Message duty(String who) {
    return new Message.SprintAttest(
        MsgSprintAttest.newBuilder()
            .setAuditor(scenario.address(who).toString())
            .setSprint(7)
            .setHost(scenario.address("host1").toString())
            .setAttestation(Wire.bytes(Digest32.ZERO))
            .build());
  }

  /** Puts a weight into the current plan. */
  private void weigh(String who, long weight) {
    LedgerState state = new LedgerState(scenario.store);
    Address host = scenario.address(who);
    state.planEntries.put(
        new HostKey(state.epoch(), host), PlanEntry.newBuilder().setWeight(weight).build());
    PlanState plan = state.plans.require(state.epoch());
    state.plans.put(state.epoch(), plan.toBuilder().setWeight(plan.getWeight() + weight).build());
  }

  @Test
  void dutiesOfHostsWithWeightAreFree() {
    // While nobody has weight, each host of the plan counts as 1.
    assertEquals(
        "SPRINT_UNKNOWN", Scenario.refusalOf(send(transaction("host0", 0, duty("host0")))));
    weigh("host0", 10);
    assertEquals(
        "SPRINT_UNKNOWN", Scenario.refusalOf(send(transaction("host0", 0, duty("host0")))));
    assertEquals(
        "INSUFFICIENT_FEE", Scenario.refusalOf(send(transaction("host1", 0, duty("host1")))));
    assertEquals(
        "INSUFFICIENT_FEE", Scenario.refusalOf(send(transaction("alice", 0, duty("alice")))));
    Message send = AccountTest.send(scenario, "host0", "bob", 1);
    assertEquals(
        "INSUFFICIENT_FEE", Scenario.refusalOf(send(transaction("host0", 0, duty("host0"), send))));
    assertEquals(Scenario.WEALTH, scenario.balance("host0"));
  }

  @Test
  void freeDutiesAreBoundedInAnEpoch() {
    LedgerState state = new LedgerState(scenario.store);
    HostKey key = new HostKey(0, scenario.address("host0"));
    state.tallies.put(
        key, TallyState.newBuilder().setFreeDuties(Limits.FREE_DUTIES_MAX - 2).build());
    Message duty = duty("host0");
    Message[] three = Stream.generate(() -> duty).limit(3).toArray(Message[]::new);
    assertEquals("INSUFFICIENT_FEE", Scenario.refusalOf(send(transaction("host0", 0, three))));
    assertEquals("SPRINT_UNKNOWN", Scenario.refusalOf(send(transaction("host0", 0, duty, duty))));
    assertEquals("INSUFFICIENT_FEE", Scenario.refusalOf(send(transaction("host0", 0, duty))));
    assertEquals("SPRINT_UNKNOWN", Scenario.refusalOf(send(transaction("host0", PRICE, duty))));
  }

  @Test
  void simulationTellsTheGasThatIsUsed() {
    byte[] bytes = transaction("alice", 0, AccountTest.send(scenario, "alice", "bob", 5));
    SimulateResponse simulated = simulate(bytes);
    byte[] paid = transaction("alice", PRICE, AccountTest.send(scenario, "alice", "bob", 5));
    TxResult result = send(paid);
    assertEquals(result.gasUsed(), simulated.getGasInfo().getGasUsed());
    assertEquals(1, simulated.getResult().getMsgResponsesCount());
    assertEquals(ByteString.copyFrom(result.data()), simulated.getResult().getData());
    // The fee's event comes first.
    assertEquals(result.events().size() - 1, simulated.getResult().getEventsCount());
    QueryResult failed =
        scenario.query(
            QueryPaths.SIMULATE,
            SimulateRequest.newBuilder()
                .setTxBytes(
                    ByteString.copyFrom(
                        transaction(
                            "alice",
                            0,
                            AccountTest.send(scenario, "alice", "bob", Long.MAX_VALUE))))
                .build());
    assertEquals(Refusal.INSUFFICIENT_FUNDS.code(), failed.code());
  }

  private SimulateResponse simulate(byte[] bytes) {
    return scenario.ask(
        QueryPaths.SIMULATE,
        SimulateRequest.newBuilder().setTxBytes(ByteString.copyFrom(bytes)).build(),
        SimulateResponse.parser());
  }
}
