package exacta.consensus;

import exacta.ledger.Block;
import exacta.ledger.BlockResult;
import exacta.primitives.Check;
import exacta.primitives.Digest32;
import exacta.primitives.Height;
import exacta.store.Database;
import exacta.store.Head;
import exacta.store.PreparedState;
import exacta.store.WorkingState;
import exacta.store.Writes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes one block after another: takes transactions from the pool, drives the ledger, commits
 * state, block and pool in one write. For one thread. Spec: state.md#blocks.
 */
final class BlockMaker {
  private final Database database;
  private final Application application;
  private final Proposer proposer;
  private final Mempool mempool;
  private final BlockStore blocks;
  private final CometView comet;
  private final long blockBytesMax;
  private Optional<CommittedBlock> last;

  BlockMaker(
      Database database,
      Application application,
      Proposer proposer,
      Mempool mempool,
      BlockStore blocks,
      CometView comet,
      long blockBytesMax) {
    this.database = database;
    this.application = application;
    this.proposer = proposer;
    this.mempool = mempool;
    this.blocks = blocks;
    this.comet = comet;
    this.blockBytesMax = blockBytesMax;
    this.last = blocks.block(head().height());
  }

  private Head head() {
    return database.head().orElseThrow(() -> new AssertionError("genesis comes before blocks"));
  }

  CommittedBlock make() {
    Height height = head().height().plus(1);
    long now = proposer.clock().millis();
    long time = last.map(block -> Math.max(now, block.header().timeMillis() + 1)).orElse(now);
    byte[] link = proposer.secrets().poolTransaction(height);
    List<PoolEntry> entries = mempool.choose(blockBytesMax - link.length);
    List<byte[]> transactions = new ArrayList<>(entries.size() + 1);
    transactions.add(link);
    entries.forEach(entry -> transactions.add(entry.bytes()));
    return make(time, transactions, entries);
  }

  /**
   * Makes the next block of these transactions.
   *
   * @param entries those of them that leave the pool with it
   */
  CommittedBlock make(long time, List<byte[]> transactions, List<PoolEntry> entries) {
    Head before = head();
    Height height = before.height().plus(1);
    WorkingState state = database.begin();
    BlockResult result = application.machine().apply(state, new Block(height, time, transactions));
    Check.that(
        result.transactions().size() == transactions.size(), "each transaction has a result");
    PreparedState prepared = database.prepare(state, height);
    CommittedBlock block =
        new CommittedBlock(
            header(before, height, time, transactions, prepared.root()),
            transactions,
            result.transactions());
    Writes writes = new Writes();
    blocks.add(writes, block);
    mempool.advance(height, entries, state, writes, () -> database.commit(prepared, writes));
    last = Optional.of(block);
    return block;
  }

  private BlockHeader header(
      Head before, Height height, long time, List<byte[]> transactions, Digest32 stateAfter) {
    Optional<Digest32> previousHash = last.map(block -> block.header().hash());
    Digest32 previousResultsHash =
        CometView.resultsHash(last.map(CommittedBlock::results).orElse(List.of()));
    Digest32 hash =
        comet
            .header(height, time, previousHash, before.root(), previousResultsHash, transactions)
            .hash();
    return new BlockHeader(
        height,
        time,
        hash,
        previousHash,
        before.root(),
        stateAfter,
        previousResultsHash,
        transactions.size());
  }
}
