package exacta.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.ledger.state.ConfigState;
import exacta.primitives.Amount;
import exacta.primitives.ExactaException;
import exacta.primitives.Height;
import exacta.protocol.Denomination;
import exacta.protocol.Message;
import exacta.protocol.cosmos.bank.MsgSend;
import exacta.protocol.v1.RulesFrom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Rules that change at a height: old ones before it, new ones from it on, for whoever replays. */
class UpgradeTest {
  private static final long UPGRADE = 10;

  /** Odd sums move no more, the price of gas rises, and every block burns a coin of bob's. */
  private static final class Second implements RuleSet {
    private final RuleSet first = new Rules();

    @Override
    public void migrate(LedgerState state) {
      ConfigState config = state.config.get();
      state.config.put(
          config.toBuilder()
              .setParameters(config.getParameters().toBuilder().setTrainingShare(1))
              .build());
    }

    @Override
    public Verdict apply(LedgerState state, Message message, long sequence) {
      Optional<Amount> sum =
          message instanceof Message.Send send ? send.amount() : Optional.empty();
      return sum.isPresent() && sum.get().nanoCoins() % 2 == 1
          ? Verdict.refused(Refusal.INVALID_REQUEST, "an odd sum")
          : first.apply(state, message, sequence);
    }

    @Override
    public List<ValidatorPower> endBlock(LedgerState state, NonceReplay replay, long timeMillis) {
      List<ValidatorPower> changed = first.endBlock(state, replay, timeMillis);
      state.bank.burn(new Scenario().address("bob"), Amount.ofNano(1));
      return changed;
    }
  }

  private static final RuleBook BOTH = new RuleBook(List.of(new Rules(), new Second()), List.of());
  private static final List<RulesFrom> SCHEDULE = List.of(from(UPGRADE, 2));

  private static RulesFrom from(long height, int version) {
    return RulesFrom.newBuilder().setHeight(height).setVersion(version).build();
  }

  private static Message odd(Scenario scenario) {
    return new Message.Send(
        MsgSend.newBuilder()
            .setFromAddress(scenario.address("alice").toString())
            .setToAddress(scenario.address("bob").toString())
            .addAmount(Denomination.of(Amount.ofNano(3)))
            .build());
  }

  /** A chain that crossed the upgrade. */
  private static Scenario crossed(RuleBook book, List<RulesFrom> genesis) {
    Scenario scenario = new Scenario(Parameters.oneMachine(), book, genesis);
    scenario.advanceTo(UPGRADE - 2);
    scenario.sendWell("alice", odd(scenario));
    assertEquals(UPGRADE - 1, scenario.height());
    assertEquals(Scenario.WEALTH.nanoCoins() + 3, scenario.balance("bob").nanoCoins());
    scenario.queue("alice", odd(scenario));
    scenario.queue(
        "bob", odd(scenario)); // two, so that the check before the upgrade is not compared
    TxResult first = scenario.advance().getFirst();
    assertEquals("INVALID_REQUEST", Scenario.refusalOf(first));
    assertEquals(Scenario.WEALTH.nanoCoins() + 2, scenario.balance("bob").nanoCoins());
    assertEquals(1, scenario.state().parameters().getTrainingShare());
    scenario.sendBadly(Refusal.INVALID_REQUEST, "alice", odd(scenario));
    scenario.advanceTo(UPGRADE + 20);
    return scenario;
  }

  private static MemoryStore replayed(Scenario scenario, Ledger ledger) {
    MemoryStore store = new MemoryStore();
    ledger.initialize(store, scenario.genesis);
    scenario.blocks.forEach(block -> ledger.apply(store, block));
    return store;
  }

  private static Ledger ledger(RuleBook book) {
    return new Ledger(new FakeReplay(), Parallel.SEQUENTIAL, book);
  }

  @Test
  void newRulesCountFromTheirBlockOnAndReplayCrossesIt() {
    Scenario scenario = crossed(BOTH, SCHEDULE);
    assertTrue(replayed(scenario, ledger(BOTH)).holdsTheSameAs(scenario.store));
    assertEquals(2, scenario.state().rulesVersion());
  }

  @Test
  void operatorsPlanWhatTheGenesisDidNotKnow() {
    RuleBook planned = new RuleBook(BOTH.versions(), SCHEDULE);
    Scenario scenario = crossed(planned, List.of());
    assertTrue(replayed(scenario, ledger(planned)).holdsTheSameAs(scenario.store));
    assertFalse(
        replayed(scenario, ledger(BOTH)).holdsTheSameAs(scenario.store),
        "who does not plan it goes another way from that block on");
  }

  @Test
  void aProgramThatDoesNotKnowTheRulesStopsBeforeTheirBlock() {
    Scenario scenario = crossed(BOTH, SCHEDULE);
    MemoryStore store = new MemoryStore();
    Ledger old = ledger(RuleBook.STANDARD);
    old.initialize(store, scenario.genesis);
    List<Block> before = scenario.blocks.subList(0, Math.toIntExact(UPGRADE) - 1);
    before.forEach(block -> old.apply(store, block));
    Block block = scenario.blocks.get(Math.toIntExact(UPGRADE) - 1);
    ExactaException e = assertThrows(ExactaException.class, () -> old.apply(store, block));
    assertTrue(e.getMessage().contains("follows rules 2"), e.getMessage());
    assertEquals(UPGRADE, new LedgerState(store).height(), "nothing was written");
  }

  @Test
  void aPlanThatComesTooLateIsAClearStop() {
    Scenario scenario = new Scenario();
    scenario.advanceTo(UPGRADE + 1);
    Ledger late = ledger(new RuleBook(BOTH.versions(), SCHEDULE));
    Block next = new Block(new Height(UPGRADE + 2), 2_000_000, List.of());
    ExactaException e = assertThrows(ExactaException.class, () -> late.apply(scenario.store, next));
    assertTrue(e.getMessage().contains("planned from block 10"), e.getMessage());
  }

  @Test
  void schedulesRise() {
    for (List<RulesFrom> schedule :
        List.of(
            List.of(from(0, 2)),
            List.of(from(5, 1)),
            List.of(from(5, 2), from(5, 3)),
            List.of(from(5, 3), from(9, 2)))) {
      assertThrows(
          ExactaException.class, () -> new Scenario(Parameters.oneMachine(), BOTH, schedule));
      assertThrows(
          ExactaException.class,
          () -> Ledger.planned(new FakeReplay(), Parallel.SEQUENTIAL, schedule));
    }
  }
}
