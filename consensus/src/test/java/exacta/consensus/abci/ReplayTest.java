package exacta.consensus.abci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import exacta.consensus.Application;
import exacta.consensus.EmbeddedChain;
import exacta.consensus.RecordedBlocks;
import exacta.ledger.Block;
import exacta.ledger.Ledger;
import exacta.ledger.NonceReplay;
import exacta.ledger.RecordedChain;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.primitives.Hasher;
import exacta.protocol.Transaction;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A chain with Sprints, a market and disputes, replayed from its genesis: whoever drives the
 * ledger, the app hash after every block is the same.
 */
@Timeout(120)
final class ReplayTest {
  private static RecordedChain chain;

  @TempDir private Path folder;
  private Application application;
  private List<Digest32> roots;

  @BeforeAll
  static void play() {
    chain = RecordedChain.play(4, 1);
  }

  @BeforeEach
  void make() {
    application = RecordedBlocks.application(chain);
    roots = RecordedBlocks.write(folder.resolve("embedded"), chain, application);
    assertTrue(EmbeddedChain.inspect(folder.resolve("embedded"), chain::endsIn));
  }

  @Test
  void theEmbeddedChainReplaysItself() {
    Path scratch = folder.resolve("scratch");
    long blocks =
        EmbeddedChain.replay(
            folder.resolve("embedded"), scratch, RecordedBlocks.application(chain));
    assertEquals(chain.blocks().size(), blocks);
    assertTrue(EmbeddedChain.inspect(scratch, chain::endsIn));
  }

  @Test
  void cometsCallsLeadToTheSameHashes() throws AbciException {
    Path ledger = folder.resolve("ledger");
    try (LedgerNode node = LedgerNode.open(ledger, application, new Money.Links())) {
      ByteString first =
          node.answer(1, Calls.initChain(chain.genesis())).getInitChain().getAppHash();
      assertEquals(CometTerms.packed(roots.getFirst()), first);
      for (Block block : chain.blocks()) {
        ByteString hash =
            node.answer(
                    1,
                    Calls.finalizeBlock(
                        block.height().value(), block.timeMillis(), block.transactions()))
                .getFinalizeBlock()
                .getAppHash();
        int height = Math.toIntExact(block.height().value());
        assertEquals(CometTerms.packed(roots.get(height)), hash, "block " + height);
        node.answer(1, Calls.commit());
      }
    }
    assertTrue(EmbeddedChain.inspect(ledger, chain::endsIn));
  }

  /** A program with other rules is told where it first came to something else. */
  @Test
  void whatLeadsElsewhereIsNamed() {
    NonceReplay wrong =
        new NonceReplay() {
          @Override
          public void prepare(Nonce nonce) {
            // It has nothing to do in advance.
          }

          @Override
          public Digest32 digest(Nonce nonce) {
            return Hasher.of("wrong").integer(nonce.item()).finish();
          }
        };
    Application other = new Application(new Ledger(wrong), Transaction::signerText);
    ExactaException e =
        assertThrows(
            ExactaException.class,
            () ->
                EmbeddedChain.replay(folder.resolve("embedded"), folder.resolve("scratch"), other));
    assertTrue(e.getMessage().matches("block \\d+ does not replay: .*"), e.getMessage());
  }
}
