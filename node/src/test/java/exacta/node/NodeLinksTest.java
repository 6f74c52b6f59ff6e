package exacta.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.consensus.Columns;
import exacta.crypto.PrivateKey;
import exacta.ledger.Block;
import exacta.ledger.Ledger;
import exacta.ledger.Parameters;
import exacta.ledger.ProposerLinks.Standing;
import exacta.primitives.Hasher;
import exacta.primitives.Height;
import exacta.protocol.v1.Genesis;
import exacta.store.Database;
import exacta.store.WorkingState;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The links of two proposers that take turns, each from its own chain. */
final class NodeLinksTest {
  private static final int LINKS = 2048;

  @TempDir private Path folder;

  private ProposerChain chain(String name) {
    byte[] secret = Hasher.of("node-links").text(name).finish().toBytes();
    return ProposerChain.open(
        folder.resolve(name),
        PrivateKey.of(secret).address(),
        out -> System.arraycopy(secret, 0, out, 0, out.length),
        LINKS);
  }

  @Test
  void everyProposerGoesOnWithItsOwnNextLink() {
    ProposerChain first = chain("first");
    ProposerChain second = chain("second");
    Genesis genesis =
        Genesis.newBuilder()
            .setChainId("links")
            .setTimeMillis(1)
            .setParameters(Parameters.oneMachine())
            .addPool(DemoGenesis.commitment(first))
            .addPool(DemoGenesis.commitment(second))
            .build();
    try (ReplayService replay = new ReplayService();
        Database database = Database.open(folder.resolve("ledger"), Columns.ALL)) {
      Ledger ledger = new Ledger(replay);
      NodeLinks firstNode = new NodeLinks(Optional.of(first));
      NodeLinks secondNode = new NodeLinks(Optional.of(second));
      WorkingState state = database.begin();
      ledger.initialize(state, genesis);
      assertArrayEquals(first.transaction(1).orElseThrow(), firstNode.next(state).orElseThrow());
      assertArrayEquals(second.transaction(1).orElseThrow(), secondNode.next(state).orElseThrow());
      assertEquals(Optional.empty(), new NodeLinks(Optional.empty()).next(state));

      byte[] link = firstNode.next(state).orElseThrow();
      assertEquals(
          Standing.NEXT, secondNode.standing(state, link, Optional.empty()), "others know it, too");
      Block block = new Block(new Height(1), 2, List.of(link));
      assertTrue(ledger.apply(state, block).transactions().getFirst().isAccepted());
      assertEquals(
          Standing.WRONG, secondNode.standing(state, link, Optional.empty()), "it was revealed");
      assertArrayEquals(first.transaction(2).orElseThrow(), firstNode.next(state).orElseThrow());
      assertArrayEquals(second.transaction(1).orElseThrow(), secondNode.next(state).orElseThrow());
      assertEquals(
          Standing.NONE, firstNode.standing(state, new byte[] {1, 2, 3}, Optional.empty()));
    }
    assertEquals(Optional.empty(), first.transaction(LINKS + 1));
  }
}
