package exacta.consensus;

import com.google.protobuf.InvalidProtocolBufferException;
import exacta.ledger.QueryResult;
import exacta.ledger.TxResult;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.primitives.Height;
import exacta.protocol.QueryPaths;
import exacta.protocol.v1.Genesis;
import exacta.store.Column;
import exacta.store.CommittedState;
import exacta.store.Database;
import exacta.store.Head;
import exacta.store.WorkingState;
import exacta.store.Writes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/**
 * A whole chain in this process: one proposer, one folder. Starts where it stopped, however it
 * stopped. Every method is safe for several threads, and throws {@link ExactaException} if the disk
 * fails or the chain was closed.
 */
public final class EmbeddedChain implements AutoCloseable {
  private final Database database;
  private final Genesis genesis;
  private final Application application;
  private final CometView comet;
  private final BlockStore blocks;
  private final Mempool mempool;
  private final BlockFeed feed;
  private final Sequencer sequencer;

  private EmbeddedChain(
      Database database,
      Genesis genesis,
      Application application,
      Proposer proposer,
      SequencerSettings settings) {
    this.database = database;
    this.genesis = genesis;
    this.application = application;
    long blockBytesMax = genesis.getParameters().getBlockBytesMax();
    comet = new CometView(genesis.getChainId(), proposer.consensusKey(), blockBytesMax);
    blocks = new BlockStore(database);
    mempool =
        new Mempool(database, application, blocks, settings, transactionBytesMax(blockBytesMax));
    BlockMaker maker =
        new BlockMaker(database, application, proposer, mempool, blocks, comet, blockBytesMax);
    Height height = head().height();
    feed = new BlockFeed(blocks.header(height).orElseGet(() -> maker.make().header()));
    sequencer =
        new Sequencer(maker, settings.blockInterval(), block -> feed.publish(block.header()));
    sequencer.stopped().whenComplete((done, failure) -> feed.end(Optional.ofNullable(failure)));
    sequencer.start();
  }

  /** Half a block: the proposer's link and one transaction always fit. */
  private static int transactionBytesMax(long blockBytesMax) {
    return Math.toIntExact(blockBytesMax / 2);
  }

  /**
   * Opens the chain in this folder, or begins it with the genesis and a first block; goes on making
   * blocks until it is closed. The whole state is compared with its root first.
   *
   * @throws ExactaException if the folder is in use, holds another chain, or is damaged
   */
  public static EmbeddedChain start(
      Path folder,
      Genesis genesis,
      Application application,
      Proposer proposer,
      SequencerSettings settings) {
    Database database = Database.open(folder, Columns.ALL, new CommonPool());
    try {
      begin(database, folder, genesis, application);
      database.verify();
      return new EmbeddedChain(database, genesis, application, proposer, settings);
    } catch (RuntimeException | Error e) {
      database.close();
      throw e;
    }
  }

  private static void begin(
      Database database, Path folder, Genesis genesis, Application application) {
    Column chain = database.column(Columns.CHAIN);
    byte[] bytes = genesis.toByteArray();
    if (database.head().isEmpty()) {
      WorkingState state = database.begin();
      application.machine().initialize(state, genesis);
      Writes writes = new Writes().put(chain, Columns.genesisKey(), bytes);
      database.commit(database.prepare(state, new Height(0)), writes);
    } else if (!Arrays.equals(chain.get(Columns.genesisKey()).orElse(new byte[0]), bytes)) {
      throw ExactaException.fatal(
          "the folder "
              + folder
              + " holds a chain with another genesis; choose another folder, or begin anew");
    }
  }

  /** The genesis of the chain in this folder; nothing if there is none. The chain must not run. */
  public static Optional<Genesis> genesisIn(Path folder) {
    try (Database database = Database.open(folder, Columns.ALL)) {
      return database
          .column(Columns.CHAIN)
          .get(Columns.genesisKey())
          .map(EmbeddedChain::parseGenesis);
    }
  }

  /**
   * Compares the whole state in this folder with its root, then reads it. The chain must not run.
   *
   * @param reader gets the newest committed state
   * @throws ExactaException if the folder is in use, holds no chain, or is damaged
   */
  public static <T> T inspect(Path folder, Function<CommittedState, T> reader) {
    try (Database database = Database.open(folder, Columns.ALL)) {
      if (database.head().isEmpty()) {
        throw ExactaException.fatal("the folder " + folder + " holds no chain");
      }
      database.verify();
      return database.read(reader);
    }
  }

  /**
   * Follows all blocks in this folder, each to the next and the last to the state. The chain must
   * not run.
   *
   * @param consensusKey of its proposer
   * @return how many blocks there are
   * @throws ExactaException if the folder is in use, holds no chain, or a block is damaged
   */
  public static long verifyBlocks(Path folder, byte[] consensusKey) {
    Genesis genesis =
        genesisIn(folder)
            .orElseThrow(() -> ExactaException.fatal("the folder " + folder + " holds no chain"));
    long bytesMax = genesis.getParameters().getBlockBytesMax();
    try (Database database = Database.open(folder, Columns.ALL)) {
      Head head =
          database.head().orElseThrow(() -> new AssertionError("a genesis comes with a state"));
      CometView comet = new CometView(genesis.getChainId(), consensusKey, bytesMax);
      new BlockAudit(new BlockStore(database), comet).verify(head);
      return head.height().value();
    }
  }

  /**
   * Applies all blocks in this folder again, from the genesis on, and compares the state after
   * each. The chain must not run.
   *
   * @param scratch an empty folder, for the state that this makes
   * @return how many blocks there are
   * @throws ExactaException if the folder is in use or holds no chain; fatal, and with the height,
   *     if a block leads to another state
   */
  public static long replay(Path folder, Path scratch, Application application) {
    Genesis genesis =
        genesisIn(folder)
            .orElseThrow(() -> ExactaException.fatal("the folder " + folder + " holds no chain"));
    try (Database recorded = Database.open(folder, Columns.ALL);
        Database fresh = Database.open(scratch, Columns.ALL)) {
      Head head =
          recorded.head().orElseThrow(() -> new AssertionError("a genesis comes with a state"));
      new ChainReplay(new BlockStore(recorded), fresh, application).run(genesis, head.height());
      return head.height().value();
    }
  }

  private static Genesis parseGenesis(byte[] bytes) {
    try {
      return Genesis.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new ExactaException(
          ExactaException.Category.FATAL, "the database is damaged: its genesis is unreadable", e);
    }
  }

  private Head head() {
    return database.head().orElseThrow(() -> new AssertionError("genesis comes before blocks"));
  }

  /** Checks a transaction; if it is valid, returns when it is safe on disk. */
  public Broadcast broadcast(byte[] transaction) {
    Optional<Throwable> failure = feed.failure();
    if (failure.isPresent()) {
      throw new ExactaException(
          ExactaException.Category.ERROR,
          "the sequencer has stopped: " + failure.get().getMessage(),
          failure.get());
    }
    return mempool.submit(transaction);
  }

  /** What the check of a transaction says if it comes now; nothing is kept. */
  TxResult check(byte[] transaction) {
    return mempool.check(transaction);
  }

  /** CometBFT's genesis file of this chain. */
  ObjectNode genesisFile() {
    return GenesisFile.of(
        genesis,
        List.of(
            new GenesisFile.Validator("embedded", comet.consensusKey(), CometView.VOTING_POWER)));
  }

  /**
   * Answers from the newest committed state, or from the blocks; what was asked wrongly is a
   * result, too.
   */
  public QueryResult query(String path, byte[] data) {
    return path.equals(QueryPaths.GET_TX)
        ? GetTx.answer(RestChain.of(this), data, feed.latest().height())
        : queryState(path, data);
  }

  private QueryResult queryState(String path, byte[] data) {
    return database.read(state -> application.machine().query(state, path, data));
  }

  /** What the newest committed state holds under this key, with proof. */
  public ProvenEntry entry(byte[] key) {
    return database.read(state -> ProvenEntry.of(state, key));
  }

  /**
   * The transaction with this hash, if it is in a block; nothing while the same bytes, having
   * failed there, wait again.
   */
  public Optional<IncludedTransaction> transaction(Digest32 hash) {
    return mempool.isWaiting(hash) ? Optional.empty() : blocks.transaction(hash);
  }

  /** The transaction at this place, if there is one. */
  Optional<IncludedTransaction> transaction(TransactionPlace place) {
    return blocks.transaction(place);
  }

  /** Where the transactions are that a query asks for, in order. */
  List<TransactionPlace> search(TransactionQuery query) throws RpcException {
    return new TransactionSearch(blocks, this::transaction, TransactionSearch.CANDIDATES_MAX)
        .find(query);
  }

  /**
   * Why an accepted transaction left the pool without a block, unless it waits again; the newest
   * 10,000 are kept.
   */
  public Optional<RefusedTransaction> refusal(Digest32 hash) {
    return mempool.refusal(hash);
  }

  public Optional<CommittedBlock> block(Height height) {
    return blocks.block(height);
  }

  public ChainStatus status() {
    return new ChainStatus(comet.chainId(), feed.latest(), mempool.count(), mempool.bytes());
  }

  /** Whether there is a block of this height, waiting for it at most so long. */
  public boolean awaitBlock(Height height, Duration most) throws InterruptedException {
    return feed.await(height, most);
  }

  /**
   * Delivers every block from this height on, in order, on a thread of its own; a slow listener
   * delays nobody else. Ends when it is closed or the chain is.
   */
  public Subscription follow(Height first, Consumer<CommittedBlock> listener) {
    return new Subscription(feed, blocks, first, listener);
  }

  /**
   * Completes when no more blocks are made: normally after a close, exceptionally if one failed.
   */
  public CompletableFuture<Void> stopped() {
    return sequencer.stopped();
  }

  CometView comet() {
    return comet;
  }

  /** Finishes the block that is being made, stops, and closes the folder. */
  @Override
  public void close() {
    sequencer.stop();
    database.close();
  }
}
