package exacta.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.crypto.Address;
import exacta.ledger.state.PoolState;
import exacta.primitives.ExactaException;
import exacta.primitives.Height;
import exacta.protocol.v1.Genesis;
import exacta.protocol.v1.Supply;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** States in whose midst everything is under way, as the genesis of another chain. */
class GenesisExportTest {
  private static final String NEW_CHAIN = "exacta-next";

  /** Blocks in the windows of Sprints and of the market, and behind the end of epochs. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 30, 45, 130, 155, 260, 290, 371, 480})
  void noMoneyIsLostOrMade(long height) {
    RecordedChain recorded = RecordedChain.playTo(height, 1);
    MemoryStore old = recorded.store();
    MemoryStore fresh = begun(Ledger.export(old, NEW_CHAIN));
    Supply before = new LedgerState(old).supply.get();
    Supply after = new LedgerState(fresh).supply.get();
    assertEquals(before.getMinted(), after.getMinted());
    assertEquals(before.getBurned(), after.getBurned());
    assertEquals(before.getCommunityFund(), after.getCommunityFund());
    assertEquals(before.getTrainingFund(), after.getTrainingFund());
    assertEquals(0, after.getSessions() + after.getHeld() + after.getDisputes());
    assertEquals(List.of(), Ledger.audit(fresh));
    goesOn(fresh);
  }

  private static MemoryStore begun(Genesis genesis) {
    MemoryStore fresh = new MemoryStore();
    new Ledger(new FakeReplay()).initialize(fresh, genesis);
    return fresh;
  }

  private static void goesOn(MemoryStore store) {
    Ledger ledger = new Ledger(new FakeReplay());
    for (long height = 1; height <= 250; height++) {
      ledger.apply(store, new Block(new Height(height), 5_000_000 + height, List.of()));
    }
    assertEquals(List.of(), Ledger.audit(store));
  }

  @Test
  void whatLastsGoesOver() {
    MemoryStore old = RecordedChain.playTo(371, 1).store();
    MemoryStore fresh = begun(Ledger.export(old, NEW_CHAIN));
    LedgerState before = new LedgerState(old);
    LedgerState after = new LedgerState(fresh);
    for (String who : List.of("alice", "bob", "host0", "host1")) {
      Address address = new Scenario().address(who);
      assertEquals(
          before.accounts.require(address).getNumber(),
          after.accounts.require(address).getNumber());
      assertEquals(0, after.accounts.require(address).getSequence());
    }
    assertEquals(before.models.values(), after.models.values());
    PoolState links = before.pool.require(new Scenario().address("proposer"));
    assertTrue(links.getRevealed() > 0);
    assertEquals(links, after.pool.require(new Scenario().address("proposer")));
    assertEquals(
        before.emission.get().getAmount(), after.emission.get().getAmount(), "of its epoch 0");
    TreeSet<String> convicted = new TreeSet<>();
    before.convictions.values().forEach(each -> convicted.add(each.getHost()));
    after.hosts.values().forEach(host -> assertTrue(host.getRegistered()));
    assertTrue(after.hosts.values().size() < 4 && !convicted.isEmpty(), "who was convicted is out");
  }

  @Test
  void theNewChainNeedsAnotherName() {
    MemoryStore state = new Scenario().store;
    ExactaException e =
        assertThrows(ExactaException.class, () -> Ledger.export(state, Scenario.CHAIN_ID));
    assertTrue(e.getMessage().contains("another name"), e.getMessage());
  }

  /** As often as one likes: a second export of a chain that made no block is the same. */
  @Test
  void exportOfAnImportIsTheSame() {
    MemoryStore old = RecordedChain.playTo(290, 2).store();
    Genesis once = Ledger.export(old, NEW_CHAIN);
    Genesis twice = Ledger.export(begun(once), "exacta-third");
    assertEquals(once, twice.toBuilder().setChainId(NEW_CHAIN).build());
  }
}
