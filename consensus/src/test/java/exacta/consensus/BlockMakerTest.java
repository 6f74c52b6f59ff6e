package exacta.consensus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.ledger.TxResult;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.primitives.Height;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockMakerTest {
  @TempDir Path home;

  private TestChain open() {
    return new TestChain(home.resolve("chain"));
  }

  /** The folder as a crash at this moment would leave it. */
  private Path crashed(String name) {
    Path copy = home.resolve(name);
    try (Stream<Path> files = Files.list(home.resolve("chain"))) {
      Files.createDirectories(copy);
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return copy;
  }

  private static int submit(TestChain chain, byte[] transaction) {
    return assertInstanceOf(Broadcast.Checked.class, chain.mempool.submit(transaction))
        .result()
        .code();
  }

  private static List<String> texts(CommittedBlock block) {
    return block.transactions().stream().map(String::new).toList();
  }

  @Test
  void aBlockHasTheLinkFirstAndThenTheTransactionsInTheirOrder() {
    try (TestChain chain = open()) {
      byte[] first = TinyMachine.put("ann", 0, "k", "1");
      byte[] other = TinyMachine.put("bob", 0, "k", "2");
      byte[] second = TinyMachine.put("ann", 1, "k", "3");
      assertEquals(0, submit(chain, first));
      assertEquals(0, submit(chain, other));
      assertEquals(0, submit(chain, second));
      CommittedBlock block = chain.maker.make();
      assertEquals(
          List.of("link|1", new String(first), new String(other), new String(second)),
          texts(block));
      assertTrue(block.results().stream().allMatch(TxResult::isAccepted));
      assertEquals(0, chain.mempool.count());
      assertEquals(0, chain.mempool.bytes());
      CommittedBlock stored = chain.blocks.block(new Height(1)).orElseThrow();
      assertEquals(block.header(), stored.header());
      assertEquals(texts(block), texts(stored));
      IncludedTransaction included = chain.blocks.transaction(Hasher.sha256(second)).orElseThrow();
      assertEquals(new Height(1), included.height());
      assertEquals(3, included.index());
      assertArrayEquals(TinyMachine.bytes("done"), included.result().data());
    }
  }

  @Test
  void timesRiseWhateverTheClockDoes() {
    try (TestChain chain = open()) {
      long first = chain.maker.make().header().timeMillis();
      assertEquals(chain.clock.get(), first);
      chain.clock.addAndGet(-5_000);
      assertEquals(first + 1, chain.maker.make().header().timeMillis());
      chain.clock.addAndGet(9_000);
      assertEquals(first + 4_000, chain.maker.make().header().timeMillis());
    }
  }

  @Test
  void headersAreLinkedAlsoAcrossARestart() {
    BlockHeader first;
    BlockHeader second;
    try (TestChain chain = open()) {
      submit(chain, TinyMachine.put("ann", 0, "k", "1"));
      first = chain.maker.make().header();
      assertEquals(Optional.empty(), first.previousHash());
    }
    try (TestChain chain = open()) {
      second = chain.maker.make().header();
    }
    assertEquals(new Height(2), second.height());
    assertEquals(Optional.of(first.hash()), second.previousHash());
    assertEquals(first.stateAfter(), second.stateBefore());
  }

  @Test
  void aBlockTakesNoMoreThanItsSizeAndTheRestGoesIntoTheNext() {
    try (TestChain chain = open()) {
      String value = "v".repeat(700_000);
      for (int i = 0; i < 4; i++) {
        assertEquals(0, submit(chain, TinyMachine.put("ann", i, "k" + i, value)));
      }
      assertEquals(3, chain.maker.make().transactions().size());
      assertEquals(3, chain.maker.make().transactions().size());
      assertEquals(1, chain.maker.make().transactions().size());
    }
  }

  @Test
  void countsWhatWaitsOfTheSameSigner() {
    try (TestChain chain = open()) {
      assertEquals(0, submit(chain, TinyMachine.put("ann", 0, "k", "1")));
      assertEquals(TinyMachine.WRONG_SEQUENCE, submit(chain, TinyMachine.put("ann", 0, "k", "2")));
      assertEquals(TinyMachine.WRONG_SEQUENCE, submit(chain, TinyMachine.put("bob", 1, "k", "2")));
      assertEquals(0, submit(chain, TinyMachine.put("ann", 1, "k", "2")));
      assertEquals(TinyMachine.MALFORMED, submit(chain, new byte[] {1, 2, 3}));
      chain.maker.make();
      assertEquals(0, submit(chain, TinyMachine.put("ann", 2, "k", "2")));
    }
  }

  @Test
  void refusesWhatWaitsOrTookEffect() {
    try (TestChain chain = open()) {
      byte[] transaction = TinyMachine.put("ann", 0, "k", "1");
      submit(chain, transaction);
      assertInstanceOf(Broadcast.Duplicate.class, chain.mempool.submit(transaction));
      chain.maker.make();
      assertInstanceOf(Broadcast.Duplicate.class, chain.mempool.submit(transaction));
    }
  }

  @Test
  void refusesWhatHasNoRoom() {
    SequencerSettings small = new SequencerSettings(Duration.ZERO, 2, 1_000);
    try (TestChain chain = new TestChain(home.resolve("chain"), small)) {
      assertInstanceOf(Broadcast.NoRoom.class, chain.mempool.submit(new byte[(1 << 20) + 1]));
      assertInstanceOf(Broadcast.NoRoom.class, chain.mempool.submit(new byte[1_001]));
      assertEquals(0, submit(chain, TinyMachine.put("ann", 0, "k", "1")));
      assertEquals(0, submit(chain, TinyMachine.put("ann", 1, "k", "1")));
      byte[] third = TinyMachine.put("ann", 2, "k", "1");
      assertInstanceOf(Broadcast.NoRoom.class, chain.mempool.submit(third));
      chain.maker.make();
      assertEquals(0, submit(chain, third));
    }
  }

  @Test
  void whatIsNoLongerValidAfterABlockLeavesThePoolWithItsReason() {
    byte[] late = TinyMachine.put("bob", 0, "k", "v", 1);
    byte[] after = TinyMachine.put("bob", 1, "k", "v");
    Digest32 lateHash = Hasher.sha256(late);
    try (TestChain chain = open()) {
      for (int i = 0; i < 3; i++) {
        submit(chain, TinyMachine.put("ann" + i, 0, "k" + i, "v".repeat(700_000)));
      }
      assertEquals(0, submit(chain, late));
      assertEquals(0, submit(chain, after));
      chain.maker.make();
      assertEquals(1, chain.mempool.count());
      RefusedTransaction refused = chain.mempool.refusal(lateHash).orElseThrow();
      assertEquals(new Height(1), refused.height());
      assertEquals(TinyMachine.EXPIRED, refused.result().code());
      assertEquals(
          TinyMachine.WRONG_SEQUENCE,
          chain.mempool.refusal(Hasher.sha256(after)).orElseThrow().result().code());
    }
    try (TestChain chain = open()) {
      assertEquals(1, chain.mempool.count());
      assertTrue(chain.mempool.refusal(lateHash).isPresent());
      assertEquals(0, submit(chain, TinyMachine.put("bob", 0, "k", "v")));
    }
  }

  @Test
  void whatWasAcceptedIsInABlockAfterACrashAndNowhereTwice() {
    byte[] early = TinyMachine.put("ann", 0, "k", "1");
    byte[] late = TinyMachine.put("ann", 1, "k", "2");
    try (TestChain chain = open()) {
      submit(chain, early);
      chain.maker.make();
      submit(chain, late);
      try (TestChain again = new TestChain(crashed("before"))) {
        assertEquals(1, again.mempool.count());
        assertInstanceOf(Broadcast.Duplicate.class, again.mempool.submit(late));
        assertEquals(List.of("link|2", new String(late)), texts(again.maker.make()));
      }
      chain.maker.make();
      try (TestChain again = new TestChain(crashed("after"))) {
        assertEquals(0, again.mempool.count());
        assertEquals(List.of("link|3"), texts(again.maker.make()));
        again.database.verify();
      }
    }
  }

  @Test
  void sendersAtTheSameTimeAllGetInWhileBlocksAreMade() throws InterruptedException {
    int senders = 8;
    int each = 100;
    ConcurrentLinkedQueue<Integer> codes = new ConcurrentLinkedQueue<>();
    try (TestChain chain = open()) {
      List<Thread> threads = new ArrayList<>();
      for (int sender = 0; sender < senders; sender++) {
        String name = "sender" + sender;
        threads.add(
            Thread.ofVirtual()
                .start(() -> {
                  for (int i = 0; i < each; i++) {
                    codes.add(submit(chain, TinyMachine.put(name, i, name, "" + i)));
                  }
                }));
      }
      int included = 0;
      while (included < senders * each && codes.stream().allMatch(code -> code == 0)) {
        CommittedBlock block = chain.maker.make();
        assertTrue(block.results().stream().allMatch(TxResult::isAccepted));
        included += block.transactions().size() - 1;
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertTrue(codes.stream().allMatch(code -> code == 0));
      assertEquals(senders * each, codes.size());
      assertEquals(0, chain.mempool.count());
      chain.database.verify();
    }
  }

  @Test
  void dutiesGoFirstOneOfEachSignerAfterTheOther() {
    List<String> sent =
        List.of(
            "ann|0|k|1",
            "bob|0|duty1|1",
            "bob|1|duty2|1",
            "ann|1|duty|1",
            "cat|0|duty|1",
            "bob|2|k|1",
            "bob|3|duty3|1");
    List<String> block =
        List.of(
            "bob|0|duty1|1",
            "cat|0|duty|1",
            "bob|1|duty2|1",
            "ann|0|k|1",
            "ann|1|duty|1",
            "bob|2|k|1",
            "bob|3|duty3|1");
    try (TestChain chain = open()) {
      for (String transaction : sent) {
        assertEquals(0, submit(chain, TinyMachine.bytes(transaction + "|99")), transaction);
      }
      CommittedBlock made = chain.maker.make();
      assertEquals(
          block, texts(made).stream().skip(1).map(text -> text.replace("|1|99", "|1")).toList());
      assertTrue(made.results().stream().allMatch(TxResult::isAccepted));
    }
  }

  @Test
  void aFullBlockKeepsTheOrderOfWhatASignerSent() {
    String value = "v".repeat(900_000);
    try (TestChain chain = open()) {
      submit(chain, TinyMachine.put("ann", 0, "duty", value));
      submit(chain, TinyMachine.put("bob", 0, "duty", value));
      submit(chain, TinyMachine.put("cat", 0, "duty", value));
      submit(chain, TinyMachine.put("cat", 1, "k", "1"));
      submit(chain, TinyMachine.put("dan", 0, "k", "1"));
      for (int transactions : List.of(4, 3, 1)) {
        CommittedBlock block = chain.maker.make();
        assertEquals(transactions, block.transactions().size());
        assertTrue(block.results().stream().allMatch(TxResult::isAccepted));
      }
    }
  }

  @Test
  void nobodyFillsThePoolAndDutiesHaveTheirRoom() {
    SequencerSettings small = new SequencerSettings(Duration.ZERO, 128, 1 << 20);
    try (TestChain chain = new TestChain(home.resolve("chain"), small)) {
      for (int i = 0; i < 64; i++) {
        assertEquals(0, submit(chain, TinyMachine.put("ann", i, "k", "1")));
      }
      assertNoRoom(chain, TinyMachine.put("ann", 64, "k", "1"));
      String large = "v".repeat(70_000);
      assertEquals(0, submit(chain, TinyMachine.put("bob", 0, "k", large)));
      assertNoRoom(chain, TinyMachine.put("bob", 1, "k", large));
      for (int i = 0; i < 31; i++) {
        assertEquals(0, submit(chain, TinyMachine.put("cat", i, "k", "1")));
      }
      assertNoRoom(chain, TinyMachine.put("cat", 31, "k", "1"));
      for (int i = 0; i < 32; i++) {
        assertEquals(0, submit(chain, TinyMachine.put("dan", i, "duty", "1")));
      }
      assertNoRoom(chain, TinyMachine.put("eve", 0, "duty", "1"));
      chain.maker.make();
      assertEquals(0, chain.mempool.count());
      assertEquals(0, submit(chain, TinyMachine.put("ann", 64, "k", "1")));
    }
  }

  private static void assertNoRoom(TestChain chain, byte[] transaction) {
    Broadcast.NoRoom answer =
        assertInstanceOf(Broadcast.NoRoom.class, chain.mempool.submit(transaction));
    assertTrue(answer.reason().contains("mempool is full"), answer.reason());
  }

  @Test
  void anOldRefusalIsNotToldOfWhatWaitsAgain() {
    byte[] again = TinyMachine.put("bob", 1, "k", "v");
    Digest32 hash = Hasher.sha256(again);
    try (TestChain chain = open()) {
      for (int i = 0; i < 3; i++) {
        submit(chain, TinyMachine.put("ann" + i, 0, "k" + i, "v".repeat(700_000)));
      }
      submit(chain, TinyMachine.put("bob", 0, "k", "v", 1));
      submit(chain, again);
      chain.maker.make();
      assertTrue(chain.mempool.refusal(hash).isPresent());
      assertEquals(0, submit(chain, TinyMachine.put("bob", 0, "k", "v")));
      assertEquals(0, submit(chain, again));
      assertEquals(Optional.empty(), chain.mempool.refusal(hash));
    }
    try (TestChain chain = open()) {
      assertEquals(Optional.empty(), chain.mempool.refusal(hash));
      chain.maker.make();
      assertTrue(chain.blocks.transaction(hash).orElseThrow().result().isAccepted());
    }
  }
}
