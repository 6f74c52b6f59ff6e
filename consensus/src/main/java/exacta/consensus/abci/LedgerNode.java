package exacta.consensus.abci;

import exacta.consensus.Application;
import exacta.consensus.Columns;
import exacta.consensus.CommonPool;
import exacta.consensus.GetTx;
import exacta.consensus.abci.wire.Request;
import exacta.consensus.abci.wire.Response;
import exacta.consensus.abci.wire.ResponseCommit;
import exacta.consensus.abci.wire.ResponseEcho;
import exacta.consensus.abci.wire.ResponseExtendVote;
import exacta.consensus.abci.wire.ResponseFlush;
import exacta.consensus.abci.wire.ResponseInsertTx;
import exacta.consensus.abci.wire.ResponseOfferSnapshot;
import exacta.consensus.abci.wire.ResponseReapTxs;
import exacta.consensus.abci.wire.ResponseVerifyVoteExtension;
import exacta.consensus.abci.wire.ResponseVerifyVoteExtension.VerifyStatus;
import exacta.ledger.QueryResult;
import exacta.primitives.ExactaException;
import exacta.store.Database;
import exacta.store.Head;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The ledger in one folder, as CometBFT's application: answers each request of the protocol. Blocks
 * are driven by one connection at a time; checks and queries run beside them, on the last committed
 * state. Safe for several threads. Spec: abci.md.
 */
public final class LedgerNode implements AutoCloseable {
  /** The code of a transaction that came by a way that is not open. */
  private static final int NOT_SUPPORTED = 1;

  private final Database database;
  private final TransactionChecks checks;
  private final StateQueries queries;
  private final Proposals proposals;
  private final BlockExecution execution;
  private final StateSync sync;
  private final Snapshots snapshots;
  private final RetentionSettings retention;

  /** Fair, so that who asks for the newest height waits for the block that is being made. */
  private final ReentrantLock blocks = new ReentrantLock(true);

  /** The newest connection that drove blocks; older ones may not any more. */
  private long driver;

  private LedgerNode(
      Database database, Application application, BlockLinks links, RetentionSettings retention) {
    this.database = database;
    this.retention = retention;
    checks = new TransactionChecks(database, application);
    queries = new StateQueries(database, application);
    proposals = new Proposals(database, application, links);
    execution = new BlockExecution(database, application, checks);
    sync = new StateSync(database, checks);
    snapshots = Snapshots.open(database, retention);
  }

  /** The same with what is usually kept, snapshots beside the folder. */
  public static LedgerNode open(Path folder, Application application, BlockLinks links) {
    return open(
        folder, application, links, RetentionSettings.usual(folder.resolveSibling("snapshots")));
  }

  /**
   * Opens the ledger in this folder, or an empty one that a genesis will begin. The whole state is
   * compared with its root first.
   *
   * @throws ExactaException if the folder is in use or damaged
   */
  public static LedgerNode open(
      Path folder, Application application, BlockLinks links, RetentionSettings retention) {
    Database database = Database.open(folder, Columns.ALL, new CommonPool());
    try {
      database.verify();
      return new LedgerNode(database, application, links, retention);
    } catch (RuntimeException | Error e) {
      database.close();
      throw e;
    }
  }

  /** The newest committed state; empty before a genesis. */
  public Optional<Head> head() {
    return database.head();
  }

  /** Answers a query from the newest committed state; what was asked wrongly is a result, too. */
  public QueryResult query(String path, byte[] data) {
    return queries.query(path, data);
  }

  /** From now on queries for transactions are answered from there. */
  public void findTransactionsIn(GetTx.Blocks blocks) {
    queries.findTransactionsIn(blocks);
  }

  /**
   * Answers a request.
   *
   * @param connection its number; they rise in the order in which connections were made
   * @throws AbciException if it cannot be answered now; then the connection must end
   * @throws RuntimeException if a block failed, as does an {@link Error}; then the process must end
   */
  Response answer(long connection, Request request) throws AbciException {
    Response.Builder response = Response.newBuilder();
    return switch (request.getValueCase()) {
      case ECHO ->
          response
              .setEcho(ResponseEcho.newBuilder().setMessage(request.getEcho().getMessage()))
              .build();
      case FLUSH -> response.setFlush(ResponseFlush.getDefaultInstance()).build();
      case QUERY -> response.setQuery(queries.answer(request.getQuery())).build();
      case CHECK_TX -> response.setCheckTx(checks.check(request.getCheckTx())).build();
      case INFO,
          INIT_CHAIN,
          PREPARE_PROPOSAL,
          PROCESS_PROPOSAL,
          EXTEND_VOTE,
          VERIFY_VOTE_EXTENSION,
          FINALIZE_BLOCK,
          COMMIT,
          OFFER_SNAPSHOT,
          APPLY_SNAPSHOT_CHUNK ->
          answerInTurn(connection, request);
      case LIST_SNAPSHOTS -> response.setListSnapshots(snapshots.list()).build();
      case LOAD_SNAPSHOT_CHUNK ->
          response.setLoadSnapshotChunk(snapshots.load(request.getLoadSnapshotChunk())).build();
      case INSERT_TX ->
          response.setInsertTx(ResponseInsertTx.newBuilder().setCode(NOT_SUPPORTED)).build();
      case REAP_TXS -> response.setReapTxs(ResponseReapTxs.getDefaultInstance()).build();
      case VALUE_NOT_SET ->
          throw new AbciException("a request of a kind that ABCI 2.0 does not have came");
    };
  }

  private Response answerInTurn(long connection, Request request) throws AbciException {
    blocks.lock();
    try {
      Response.Builder response = Response.newBuilder();
      if (request.hasInfo()) {
        return response.setInfo(execution.info()).build();
      }
      if (connection < driver) {
        throw new AbciException("a newer connection drives this ledger");
      }
      driver = connection;
      return drive(request, response).build();
    } finally {
      blocks.unlock();
    }
  }

  private Response.Builder drive(Request request, Response.Builder response) throws AbciException {
    return switch (request.getValueCase()) {
      case INIT_CHAIN -> {
        sync.abandon();
        yield response.setInitChain(execution.initChain(request.getInitChain()));
      }
      case PREPARE_PROPOSAL ->
          response.setPrepareProposal(proposals.prepare(request.getPrepareProposal()));
      case PROCESS_PROPOSAL ->
          response.setProcessProposal(proposals.process(request.getProcessProposal()));
      case EXTEND_VOTE -> response.setExtendVote(ResponseExtendVote.getDefaultInstance());
      case VERIFY_VOTE_EXTENSION -> {
        boolean isEmpty = request.getVerifyVoteExtension().getVoteExtension().isEmpty();
        yield response.setVerifyVoteExtension(
            ResponseVerifyVoteExtension.newBuilder()
                .setStatus(isEmpty ? VerifyStatus.ACCEPT : VerifyStatus.REJECT));
      }
      case FINALIZE_BLOCK ->
          response.setFinalizeBlock(execution.finalizeBlock(request.getFinalizeBlock()));
      case COMMIT -> response.setCommit(commit());
      case OFFER_SNAPSHOT -> {
        ResponseOfferSnapshot.Result result = sync.offer(request.getOfferSnapshot());
        if (result == ResponseOfferSnapshot.Result.ACCEPT) {
          execution.forget();
        }
        yield response.setOfferSnapshot(ResponseOfferSnapshot.newBuilder().setResult(result));
      }
      case APPLY_SNAPSHOT_CHUNK ->
          response.setApplySnapshotChunk(sync.apply(request.getApplySnapshotChunk()));
      default -> throw new AssertionError("no call of blocks: " + request.getValueCase());
    };
  }

  private ResponseCommit commit() throws AbciException {
    long height = execution.commit().value();
    snapshots.committed(height);
    return ResponseCommit.newBuilder().setRetainHeight(retention.retainHeight(height)).build();
  }

  /** Waits for the block that is being made, and closes the folder. */
  @Override
  public void close() {
    blocks.lock();
    try {
      snapshots.close();
      database.close();
    } finally {
      blocks.unlock();
    }
  }
}
