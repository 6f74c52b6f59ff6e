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

  private static List<TransactionPlace> search(BlockStore blocks, String query, int candidatesMax)
      throws RpcException {
    return new TransactionSearch(blocks, blocks::transaction, candidatesMax)
        .find(TransactionQuery.parse(query));
  }

  private static List<String> found(BlockStore blocks, String query) throws RpcException {
    return search(blocks, query, 9).stream()
        .map(place -> place.height() + "/" + place.index())
        .toList();
  }

  private static BlockStore nine(Database database) {
    BlockStore blocks = new BlockStore(database);
    Writes writes = new Writes();
    for (long height = 1; height <= 9; height++) {
      blocks.add(writes, block(height));
    }
    database.write(writes);
    return blocks;
  }

  @Test
  void findsByEventInOrderAndWithinHeights() throws RpcException {
    try (Database database = Database.open(folder, Columns.ALL)) {
      BlockStore blocks = nine(database);
      List<TransactionPlace> bobs = search(blocks, "transfer.recipient='bob'", 9);
      assertEquals(9, bobs.size());
      IncludedTransaction first = blocks.transaction(bobs.getFirst()).orElseThrow();
      assertEquals(Hasher.sha256(TinyMachine.bytes("b1")), first.hash());
      assertEquals(5, first.result().gasUsed());
      assertEquals(paying("bob").events(), first.result().events());
      assertEquals(List.of("3/0", "6/0", "9/0"), found(blocks, "transfer.recipient='ann'"));
      assertEquals(List.of(), found(blocks, "transfer.recipient='carol'"));
      assertEquals(
          List.of("4/1", "5/1", "6/1"),
          found(blocks, "transfer.recipient='bob' AND tx.height>=4 AND tx.height<7"));
      assertEquals(List.of("6/0"), found(blocks, "tx.height=6 AND transfer.recipient='ann'"));
      assertEquals(
          List.of(), found(blocks, "transfer.recipient='bob' AND transfer.recipient='ann'"));
      assertEquals(
          List.of("2/0"),
          found(blocks, "tx.hash='" + Hasher.sha256(TinyMachine.bytes("a2")) + "'"));
    }
  }

  /** Whoever asks for the newest would get the newest of the oldest. */
  @Test
  void refusesAnEventThatTooManyHave() throws RpcException {
    try (Database database = Database.open(folder, Columns.ALL)) {
      BlockStore blocks = nine(database);
      RpcException refused =
          assertThrows(RpcException.class, () -> search(blocks, "transfer.recipient='bob'", 8));
      assertEquals(
          "parameter \"query\": more than 8 transactions have this event; name heights, too, such"
              + " as tx.height>=9",
          refused.getMessage());
      assertEquals(8, search(blocks, "transfer.recipient='bob' AND tx.height>=2", 8).size());
    }
  }

  /** The time to split a text grows with the square of the spaces in a row. */
  @Test
  void refusesATextThatTakesLongToRead() {
    assertEquals(
        "maximum query length exceeded",
        assertThrows(RpcException.class, () -> TransactionQuery.parse(" ".repeat(4 << 20)))
            .getMessage());
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
