package exacta.consensus.abci;

import exacta.consensus.AppState;
import exacta.consensus.Application;
import exacta.consensus.Columns;
import exacta.consensus.abci.wire.RequestFinalizeBlock;
import exacta.consensus.abci.wire.RequestInitChain;
import exacta.consensus.abci.wire.ResponseFinalizeBlock;
import exacta.consensus.abci.wire.ResponseInfo;
import exacta.consensus.abci.wire.ResponseInitChain;
import exacta.ledger.BlockResult;
import exacta.primitives.Check;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.primitives.Height;
import exacta.protocol.v1.Genesis;
import exacta.store.Column;
import exacta.store.Database;
import exacta.store.Head;
import exacta.store.PreparedState;
import exacta.store.WorkingState;
import exacta.store.Writes;
import java.util.Arrays;
import java.util.Optional;

/**
 * Drives the ledger as CometBFT decides: a block is computed by {@link #finalizeBlock}, in memory
 * only, and is on disk, whole, when {@link #commit} returns. So whenever this process ends, the
 * disk has the state of one block, and CometBFT sends what comes after it again. For one thread at
 * a time. Spec: abci.md#blocks.
 */
final class BlockExecution {
  private static final long APP_VERSION = 1;

  private final Database database;
  private final Application application;
  private final TransactionChecks checks;

  /** The block that was finalized and not yet committed. */
  private Optional<PreparedState> finalized = Optional.empty();

  BlockExecution(Database database, Application application, TransactionChecks checks) {
    this.database = database;
    this.application = application;
    this.checks = checks;
  }

  /** What was committed last. Before the first block CometBFT wants to hear of nothing. */
  ResponseInfo info() {
    ResponseInfo.Builder info =
        ResponseInfo.newBuilder().setData("exacta").setAppVersion(APP_VERSION);
    database
        .head()
        .filter(head -> head.height().value() > 0)
        .ifPresent(head ->
            info.setLastBlockHeight(head.height().value())
                .setLastBlockAppHash(CometTerms.packed(head.root())));
    return info.build();
  }

  /**
   * Writes the state before the first block. CometBFT asks again if it or we ended before the first
   * block was committed.
   *
   * @throws ExactaException (fatal) if the genesis breaks a rule, or is not that of this folder
   */
  ResponseInitChain initChain(RequestInitChain request) throws AbciException {
    Optional<Head> head = database.head();
    if (head.isPresent() && head.get().height().value() > 0) {
      throw new AbciException(
          "this ledger is at height %s already; a chain that begins needs an empty one"
              .formatted(head.get().height()));
    }
    if (request.getInitialHeight() != 1) {
      throw ExactaException.fatal(
          "the genesis file: initial_height is 1, not " + request.getInitialHeight());
    }
    Genesis genesis =
        AppState.parse(
            request.getAppStateBytes().toByteArray(),
            request.getChainId(),
            CometTerms.millis(request.getTime()));
    Digest32 root = head.isPresent() ? sameGenesis(head.get(), genesis) : begin(genesis);
    AbciLog.began(genesis.getChainId(), root.toString());
    ResponseInitChain.Builder response =
        ResponseInitChain.newBuilder().setAppHash(CometTerms.packed(root));
    // The ledger's own powers are in force from the first block on, whatever the file says.
    database
        .read(application.machine()::validators)
        .forEach(each -> response.addValidators(CometTerms.update(each)));
    return response.build();
  }

  private Digest32 begin(Genesis genesis) {
    WorkingState state = database.begin();
    application.machine().initialize(state, genesis);
    PreparedState prepared = database.prepare(state, new Height(0));
    Column chain = database.column(Columns.CHAIN);
    Writes writes = new Writes().put(chain, Columns.genesisKey(), genesis.toByteArray());
    checks.advance(() -> database.commit(prepared, writes));
    return prepared.root();
  }

  private Digest32 sameGenesis(Head head, Genesis genesis) {
    Optional<byte[]> present = database.column(Columns.CHAIN).get(Columns.genesisKey());
    if (!Arrays.equals(present.orElse(new byte[0]), genesis.toByteArray())) {
      throw ExactaException.fatal(
          "this ledger began with another genesis; remove its folder, or use the genesis file that"
              + " it began with");
    }
    return head.root();
  }

  ResponseFinalizeBlock finalizeBlock(RequestFinalizeBlock request) throws AbciException {
    Height height = next(request.getHeight());
    WorkingState state = database.begin();
    BlockResult result = application.machine().apply(state, CometTerms.block(height, request));
    Check.that(
        result.transactions().size() == request.getTxsCount(), "each transaction has a result");
    PreparedState prepared = database.prepare(state, height);
    finalized = Optional.of(prepared);
    ResponseFinalizeBlock.Builder response =
        ResponseFinalizeBlock.newBuilder().setAppHash(CometTerms.packed(prepared.root()));
    result.transactions().forEach(each -> response.addTxResults(CometTerms.result(each)));
    result.validators().forEach(each -> response.addValidatorUpdates(CometTerms.update(each)));
    return response.build();
  }

  private Height next(long height) throws AbciException {
    Head head =
        database.head().orElseThrow(() -> new AbciException("a block came before its chain began"));
    Height next = head.height().plus(1);
    if (height != next.value()) {
      throw new AbciException(
          "block %d came, but this ledger's next one is %s".formatted(height, next));
    }
    return next;
  }

  /** Makes the finalized block the newest state, and tells its height. */
  Height commit() throws AbciException {
    PreparedState block =
        finalized.orElseThrow(() -> new AbciException("a commit came without a block"));
    finalized = Optional.empty();
    checks.advance(() -> database.commit(block, new Writes()));
    return block.height();
  }

  /** Forgets a block that was finalized and not committed: another state takes its place. */
  void forget() {
    finalized = Optional.empty();
  }
}
