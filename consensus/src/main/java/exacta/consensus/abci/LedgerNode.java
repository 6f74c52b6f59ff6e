package exacta.consensus.abci;

import exacta.consensus.Application;
import exacta.consensus.Columns;
import exacta.consensus.abci.wire.Request;
import exacta.consensus.abci.wire.Response;
import exacta.consensus.abci.wire.ResponseApplySnapshotChunk;
import exacta.consensus.abci.wire.ResponseEcho;
import exacta.consensus.abci.wire.ResponseExtendVote;
import exacta.consensus.abci.wire.ResponseFlush;
import exacta.consensus.abci.wire.ResponseInsertTx;
import exacta.consensus.abci.wire.ResponseListSnapshots;
import exacta.consensus.abci.wire.ResponseLoadSnapshotChunk;
import exacta.consensus.abci.wire.ResponseOfferSnapshot;
import exacta.consensus.abci.wire.ResponseReapTxs;
import exacta.consensus.abci.wire.ResponseVerifyVoteExtension;
import exacta.consensus.abci.wire.ResponseVerifyVoteExtension.VerifyStatus;
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

  /** Fair, so that who asks for the newest height waits for the block that is being made. */
  private final ReentrantLock blocks = new ReentrantLock(true);

  /** The newest connection that drove blocks; older ones may not any more. */
  private long driver;

  private LedgerNode(Database database, Application application, BlockLinks links) {
    this.database = database;
    checks = new TransactionChecks(database, application);
    queries = new StateQueries(database, application);
    proposals = new Proposals(database, application, links);
    execution = new BlockExecution(database, application, checks);
  }

  /**
   * Opens the ledger in this folder, or an empty one that a genesis will begin. The whole state is
   * compared with its root first.
   *
   * @throws ExactaException if the folder is in use or damaged
   */
  public static LedgerNode open(Path folder, Application application, BlockLinks links) {
    Database database = Database.open(folder, Columns.ALL);
    try {
      database.verify();
      return new LedgerNode(database, application, links);
    } catch (RuntimeException | Error e) {
      database.close();
      throw e;
    }
  }

  /** The newest committed state; empty before a genesis. */
  public Optional<Head> head() {
    return database.head();
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
          COMMIT ->
          answerInTurn(connection, request);
      case LIST_SNAPSHOTS ->
          response.setListSnapshots(ResponseListSnapshots.getDefaultInstance()).build();
      case OFFER_SNAPSHOT ->
          response
              .setOfferSnapshot(
                  ResponseOfferSnapshot.newBuilder().setResult(ResponseOfferSnapshot.Result.REJECT))
              .build();
      case LOAD_SNAPSHOT_CHUNK ->
          response.setLoadSnapshotChunk(ResponseLoadSnapshotChunk.getDefaultInstance()).build();
      case APPLY_SNAPSHOT_CHUNK ->
          response
              .setApplySnapshotChunk(
                  ResponseApplySnapshotChunk.newBuilder()
                      .setResult(ResponseApplySnapshotChunk.Result.ABORT))
              .build();
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
      case INIT_CHAIN -> response.setInitChain(execution.initChain(request.getInitChain()));
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
      case COMMIT -> response.setCommit(execution.commit());
      default -> throw new AssertionError("no call of blocks: " + request.getValueCase());
    };
  }

  /** Waits for the block that is being made, and closes the folder. */
  @Override
  public void close() {
    blocks.lock();
    try {
      database.close();
    } finally {
      blocks.unlock();
    }
  }
}
