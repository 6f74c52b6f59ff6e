package exacta.consensus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.ledger.Block;
import exacta.ledger.BlockResult;
import exacta.ledger.QueryResult;
import exacta.ledger.StateMachine;
import exacta.ledger.StateStore;
import exacta.ledger.StateView;
import exacta.ledger.TxResult;
import exacta.primitives.Clock;
import exacta.primitives.ExactaException;
import exacta.primitives.ExactaException.Category;
import exacta.primitives.Hasher;
import exacta.primitives.Height;
import exacta.protocol.v1.Genesis;
import exacta.store.CommittedState;
import exacta.store.Head;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedChainTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path home;

  private EmbeddedChain start(Duration interval) {
    return TestChain.embedded(home, interval);
  }

  @Test
  void hasItsFirstBlockWhenItStarts() {
    try (EmbeddedChain chain = start(Duration.ofHours(1))) {
      assertEquals(new Height(1), chain.status().latest().height());
      assertEquals("test-1", chain.status().chainId());
    }
  }

  @Test
  void aFollowerSeesEveryBlockOnceAndInOrder() throws InterruptedException {
    LinkedBlockingQueue<Height> seen = new LinkedBlockingQueue<>();
    try (EmbeddedChain chain = start(Duration.ofMillis(1));
        Subscription _ = chain.follow(new Height(1), block -> seen.add(block.header().height()))) {
      for (int height = 1; height <= 20; height++) {
        assertEquals(new Height(height), seen.take());
      }
    }
  }

  @Test
  void aTransactionIsFoundInItsBlockAndItsEffectByQuery() throws InterruptedException {
    try (EmbeddedChain chain = start(Duration.ofMillis(1))) {
      byte[] transaction = TinyMachine.put("ann", 0, "color", "red");
      assertInstanceOf(Broadcast.Checked.class, chain.broadcast(transaction));
      IncludedTransaction included = await(chain, transaction);
      assertEquals(0, included.result().code());
      QueryResult answer = chain.query("/key", TinyMachine.bytes("color"));
      assertEquals("red", new String(answer.value()));
      assertTrue(answer.height().compareTo(included.height()) >= 0);
      assertEquals(6, chain.query("/nonsense", new byte[0]).code());
    }
  }

  private static IncludedTransaction await(EmbeddedChain chain, byte[] transaction)
      throws InterruptedException {
    while (true) {
      Height next = chain.status().latest().height().plus(1);
      Optional<IncludedTransaction> included = chain.transaction(Hasher.sha256(transaction));
      if (included.isPresent()) {
        return included.get();
      }
      assertTrue(chain.awaitBlock(next, LONG));
    }
  }

  @Test
  void goesOnWhereItStoppedAndKeepsItsGenesis() throws InterruptedException {
    Height height;
    try (EmbeddedChain chain = start(Duration.ofMillis(1))) {
      assertTrue(chain.awaitBlock(new Height(5), LONG));
      height = chain.status().latest().height();
    }
    assertEquals("test-1", EmbeddedChain.genesisIn(home).orElseThrow().getChainId());
    try (EmbeddedChain chain = start(Duration.ofMillis(1))) {
      assertTrue(chain.status().latest().height().compareTo(height) >= 0);
      assertTrue(chain.awaitBlock(height.plus(5), LONG));
    }
  }

  @Test
  void refusesAFolderThatHoldsAnotherChain() {
    start(Duration.ofHours(1)).close();
    ExactaException refusal =
        assertThrows(
            ExactaException.class,
            () ->
                EmbeddedChain.start(
                    home,
                    TinyMachine.genesis("other-1"),
                    TinyMachine.APPLICATION,
                    new Proposer(TestChain.KEY, TinyMachine::link, Clock.SYSTEM),
                    SequencerSettings.ofInterval(Duration.ofHours(1))));
    assertEquals(Category.FATAL, refusal.category());
    start(Duration.ofHours(1)).close();
  }

  @Test
  void anEmptyFolderHasNoGenesisAndNothingToInspect() {
    assertEquals(Optional.empty(), EmbeddedChain.genesisIn(home.resolve("nothing")));
    assertThrows(
        ExactaException.class,
        () -> EmbeddedChain.inspect(home.resolve("nothing"), CommittedState::head));
  }

  @Test
  void theStateOfAStoppedChainCanBeInspected() {
    EmbeddedChain chain = start(Duration.ofMillis(1));
    assertThrows(ExactaException.class, () -> EmbeddedChain.inspect(home, CommittedState::head));
    chain.close();
    BlockHeader last = chain.status().latest();
    Head head = EmbeddedChain.inspect(home, CommittedState::head).orElseThrow();
    assertEquals(new Head(last.height(), last.stateAfter()), head);
  }

  @Test
  void aClosedChainRefusesAndItsFollowersEnd() throws InterruptedException {
    List<Height> seen = new ArrayList<>();
    EmbeddedChain chain = start(Duration.ofHours(1));
    chain.follow(new Height(2), block -> seen.add(block.header().height()));
    chain.close();
    chain.stopped().join();
    assertFalse(chain.awaitBlock(new Height(2), LONG));
    assertThrows(ExactaException.class, () -> chain.broadcast(TinyMachine.put("ann", 0, "k", "v")));
    assertThrows(ExactaException.class, () -> chain.query("/key", new byte[0]));
    assertEquals(List.of(), seen);
  }

  /** A ledger that finds a bug of its own must stop the chain, not skip the block. */
  @Test
  void stopsWhenTheMachineFailsAndSaysWhy() throws InterruptedException {
    StateMachine failing =
        new StateMachine() {
          private final TinyMachine machine = new TinyMachine();

          @Override
          public void initialize(StateStore store, Genesis genesis) {
            machine.initialize(store, genesis);
          }

          @Override
          public TxResult check(StateView state, byte[] transaction, int pending) {
            return machine.check(state, transaction, pending);
          }

          @Override
          public boolean isDuty(StateView state, byte[] transaction) {
            return machine.isDuty(state, transaction);
          }

          @Override
          public BlockResult apply(StateStore store, Block block) {
            if (block.height().value() == 3) {
              store.put(TinyMachine.bytes("half"), TinyMachine.bytes("done"));
              throw new AssertionError("coins do not add up");
            }
            return machine.apply(store, block);
          }

          @Override
          public QueryResult query(StateView state, String path, byte[] data) {
            return machine.query(state, path, data);
          }
        };
    try (EmbeddedChain chain =
        EmbeddedChain.start(
            home,
            TinyMachine.genesis("test-1"),
            new Application(failing, TinyMachine::signer),
            new Proposer(TestChain.KEY, TinyMachine::link, Clock.SYSTEM),
            SequencerSettings.ofInterval(Duration.ZERO))) {
      CompletionException stop =
          assertThrows(CompletionException.class, () -> chain.stopped().join());
      assertEquals("coins do not add up", stop.getCause().getMessage());
      assertFalse(chain.awaitBlock(new Height(3), LONG));
      assertEquals(new Height(2), chain.status().latest().height());
      ExactaException refusal =
          assertThrows(
              ExactaException.class, () -> chain.broadcast(TinyMachine.put("ann", 0, "k", "v")));
      assertTrue(refusal.getMessage().contains("coins do not add up"), refusal.getMessage());
    }
    try (EmbeddedChain chain = start(Duration.ofMillis(1))) {
      assertTrue(chain.awaitBlock(new Height(5), LONG));
    }
  }
}
