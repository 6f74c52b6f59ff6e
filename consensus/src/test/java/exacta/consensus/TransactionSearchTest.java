package exacta.consensus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import exacta.ledger.TxEvent;
import exacta.ledger.TxResult;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.primitives.Height;
import exacta.store.Database;
import exacta.store.Writes;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Blocks 1 to 9 have two transactions each; the second of every block pays bob, every third ann.
 */
@Timeout(30)
class TransactionSearchTest {
  private static final TransactionQuery.ByHeight ALL =
      new TransactionQuery.ByHeight(0, Long.MAX_VALUE);

  @TempDir private Path folder;

  private static TxResult paying(String recipient) {
    TxEvent event = new TxEvent("transfer", List.of(new TxEvent.Attribute("recipient", recipient)));
    return new TxResult(0, "", "", new byte[0], 7, 5, List.of(event));
  }

  private static CommittedBlock block(long height) {
    List<byte[]> transactions =
        List.of(TinyMachine.bytes("a" + height), TinyMachine.bytes("b" + height));
    BlockHeader header =
        new BlockHeader(
            new Height(height),
            height,
            Digest32.ZERO,
            Optional.empty(),
            Digest32.ZERO,
            Digest32.ZERO,
            Digest32.ZERO,
            2);
    TxResult first = height % 3 == 0 ? paying("ann") : new TxResult(0, "", "", new byte[0]);
    return new CommittedBlock(header, transactions, List.of(first, paying("bob")));
  }

  private static TransactionQuery.ByEvent paid(String recipient) {
    return new TransactionQuery.ByEvent("transfer", new TxEvent.Attribute("recipient", recipient));
  }

  @Test
  void findsByEventInOrderAndWithinHeights() {
    try (Database database = Database.open(folder, Columns.ALL)) {
      BlockStore blocks = new BlockStore(database);
      Writes writes = new Writes();
      for (long height = 1; height <= 9; height++) {
        blocks.add(writes, block(height));
      }
      database.write(writes);
      List<IncludedTransaction> bobs = blocks.transactionsWith(paid("bob"), ALL, 100);
      assertEquals(9, bobs.size());
      assertEquals(Hasher.sha256(TinyMachine.bytes("b1")), bobs.getFirst().hash());
      assertEquals(5, bobs.getFirst().result().gasUsed());
      assertEquals(paying("bob").events(), bobs.getFirst().result().events());
      assertEquals(
          List.of(3L, 6L, 9L),
          blocks.transactionsWith(paid("ann"), ALL, 100).stream()
              .map(each -> each.height().value())
              .toList());
      assertEquals(List.of(), blocks.transactionsWith(paid("carol"), ALL, 100));
      TransactionQuery.ByHeight middle = new TransactionQuery.ByHeight(4, 6);
      assertEquals(3, blocks.transactionsWith(paid("bob"), middle, 100).size());
      assertEquals(2, blocks.transactionsWith(paid("bob"), ALL, 2).size());
    }
  }

  @Test
  void readsConditions() throws RpcException {
    TransactionQuery query =
        TransactionQuery.parse(
            "transfer.recipient='bob' AND tx.height>=2 AND tx.height<5  AND message.action='x'");
    assertEquals(
        List.of(
            paid("bob"),
            new TransactionQuery.ByHeight(2, Long.MAX_VALUE),
            new TransactionQuery.ByHeight(0, 4),
            new TransactionQuery.ByEvent("message", new TxEvent.Attribute("action", "x"))),
        query.conditions());
    IncludedTransaction second = block(3).included().get(1);
    assertEquals(
        List.of(true, true, true, false),
        query.conditions().stream().map(condition -> condition.holds(second)).toList());
    // So cosmjs writes a height that is given as a pair of key and value.
    assertEquals(
        new TransactionQuery.ByHeight(5, 5),
        TransactionQuery.parse("tx.height='5'").conditions().getFirst());
    assertEquals(
        new TransactionQuery.ByEvent("tx", new TxEvent.Attribute("fee", "5ngonka")),
        TransactionQuery.parse("tx.fee='5ngonka'").conditions().getFirst());
    assertThrows(RpcException.class, () -> TransactionQuery.parse("tx.height CONTAINS 5"));
    assertThrows(RpcException.class, () -> TransactionQuery.parse(""));
    assertThrows(
        RpcException.class,
        () -> TransactionQuery.parse("tx.height=1 AND ".repeat(16) + "tx.height=1"));
  }
}
