package exacta.ledger;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.protocol.v1.DisputeOutcome;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.Genesis;
import exacta.protocol.v1.SprintPhase;
import exacta.protocol.v1.SprintRecord;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The blocks of a chain on which everything happened: Sprints with a liar, calls and challenges, a
 * market with its audits and disputes, refused transactions among all of them. Whoever drives the
 * ledger must come to the same state with them.
 */
public final class RecordedChain {
  private final Scenario scenario = new Scenario();

  private RecordedChain() {}

  /** Plays so many epochs; the same chain each time. */
  public static RecordedChain play(int epochs, long seed) {
    long blocks = Parameters.oneMachine().getEpochBlocks();
    RecordedChain chain = playTo(epochs * blocks - 1, seed);
    Scenario scenario = chain.scenario;
    assertFalse(scenario.convictions().isEmpty(), "a Sprint's liar was convicted");
    Set<DisputeOutcome> seen = EnumSet.noneOf(DisputeOutcome.class);
    new MarketPlay(scenario).disputes().stream().map(DisputeRecord::getOutcome).forEach(seen::add);
    assertTrue(seen.size() > 3, "disputes of receipts ended in several ways: " + seen);
    return chain;
  }

  /** Plays until this height, or a few blocks more. */
  static RecordedChain playTo(long height, long seed) {
    RecordedChain chain = new RecordedChain();
    Scenario scenario = chain.scenario;
    SprintPlay sprints = new SprintPlay(scenario, 40);
    sprints.liars.add("host3");
    MarketTraffic traffic = new MarketTraffic(new MarketPlay(scenario), seed);
    while (scenario.height() < height) {
      sprints.act();
      dispute(scenario, sprints);
      traffic.act();
      scenario.advance();
    }
    return chain;
  }

  MemoryStore store() {
    return scenario.store;
  }

  /** Who has not been seen to lie is called once, and challenged wrongly; the liar rightly. */
  private static void dispute(Scenario scenario, SprintPlay sprints) {
    if (scenario.network().getSprint() == 0) {
      return;
    }
    SprintRecord sprint = scenario.sprint(0);
    if (sprint.getPhase() != SprintPhase.SPRINT_PHASE_AUDIT) {
      return;
    }
    long block = scenario.height() - sprint.getDrawHeight();
    if (block == 2) {
      scenario.queue("alice", sprints.call("alice", sprint, "host1", 0, 5));
      scenario.queue("bob", sprints.challenge("bob", sprint, "host2", 1));
      if (sprint.getEntriesList().stream()
          .anyMatch(e -> e.getHost().equals(scenario.address("host3").toString()))) {
        scenario.queue("host0", sprints.challenge("host0", sprint, "host3", 3));
      }
    } else if (block == 4) {
      scenario.queue("host1", sprints.answer(sprint, "host1", 0, 5));
    }
  }

  public Genesis genesis() {
    return scenario.genesis;
  }

  public List<Block> blocks() {
    return List.copyOf(scenario.blocks);
  }

  /** What recomputes the nonces of its Sprints. */
  public NonceReplay replay() {
    return new FakeReplay();
  }

  /** Whether this is the state after its last block, to the last entry. */
  public boolean endsIn(StateView state) {
    MemoryStore other = new MemoryStore();
    state.scan(
        new byte[0],
        (key, value) -> {
          other.put(key, value);
          return true;
        });
    return scenario.store.holdsTheSameAs(other);
  }
}
