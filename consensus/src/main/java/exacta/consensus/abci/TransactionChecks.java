package exacta.consensus.abci;

import com.google.protobuf.ByteString;
import exacta.consensus.Application;
import exacta.consensus.abci.wire.RequestCheckTx;
import exacta.consensus.abci.wire.ResponseCheckTx;
import exacta.ledger.Refusal;
import exacta.ledger.TxResult;
import exacta.store.Database;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Checks transactions for CometBFT's mempool. What waits there is not known here, only how many of
 * each signer were accepted since the last block: after every block the mempool asks for all that
 * still wait again, in their order, and the count begins anew. Never throws: CometBFT would end
 * with it. Safe for several threads. Spec: abci.md#checks.
 */
final class TransactionChecks {
  /**
   * Of one signer, an eighth of CometBFT's pool: who waits behind others is not asked for its fee
   * yet, so one account that can pay a single one could fill the pool.
   */
  static final int SIGNER_COUNT_MAX = 625;

  private final Database database;
  private final Application application;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Integer> waiting = new HashMap<>();

  TransactionChecks(Database database, Application application) {
    this.database = database;
    this.application = application;
  }

  ResponseCheckTx check(RequestCheckTx request) {
    try {
      return answer(check(request.getTx().toByteArray()));
    } catch (RuntimeException | Error e) {
      AbciLog.failed("the check of a transaction", e);
      return ResponseCheckTx.newBuilder()
          .setCode(Failures.INTERNAL)
          .setCodespace(Failures.CODESPACE)
          .setLog(Failures.LOG)
          .build();
    }
  }

  private TxResult check(byte[] transaction) {
    database.read(state -> {
      application.machine().prepare(state, transaction);
      return true;
    });
    Optional<String> signer = application.signers().signer(transaction);
    lock.lock();
    try {
      int before = signer.map(name -> waiting.getOrDefault(name, 0)).orElse(0);
      if (before >= SIGNER_COUNT_MAX) {
        return full(before);
      }
      TxResult result =
          database.read(state -> application.machine().check(state, transaction, before));
      if (result.isAccepted()) {
        signer.ifPresent(name -> waiting.put(name, before + 1));
      }
      return result;
    } finally {
      lock.unlock();
    }
  }

  private static TxResult full(int count) {
    return new TxResult(
        Refusal.MEMPOOL_FULL.code(),
        Refusal.MEMPOOL_FULL.codespace(),
        "mempool is full for this account: number of txs %d (max: %d)"
            .formatted(count, SIGNER_COUNT_MAX),
        new byte[0]);
  }

  /** Makes another state the newest; no check runs meanwhile, and all later ones see it. */
  void advance(Runnable commit) {
    lock.lock();
    try {
      commit.run();
      waiting.clear();
    } finally {
      lock.unlock();
    }
  }

  private static ResponseCheckTx answer(TxResult result) {
    return ResponseCheckTx.newBuilder()
        .setCode(result.code())
        .setCodespace(result.codespace())
        .setLog(result.log())
        .setData(ByteString.copyFrom(result.data()))
        .setGasWanted(result.gasWanted())
        .setGasUsed(result.gasUsed())
        .build();
  }
}
