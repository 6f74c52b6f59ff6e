package exacta.consensus.abci;

import com.google.protobuf.ByteString;
import exacta.consensus.Application;
import exacta.consensus.GetTx;
import exacta.consensus.ProvenEntry;
import exacta.consensus.abci.wire.ProofOp;
import exacta.consensus.abci.wire.ProofOps;
import exacta.consensus.abci.wire.RequestQuery;
import exacta.consensus.abci.wire.ResponseQuery;
import exacta.ledger.QueryResult;
import exacta.primitives.ExactaException;
import exacta.primitives.Height;
import exacta.protocol.QueryPaths;
import exacta.store.CommittedState;
import exacta.store.Database;
import exacta.store.Head;
import java.util.Optional;

/**
 * Answers queries from the newest committed state, beside the execution of blocks. Never throws:
 * CometBFT would end with it. Safe for several threads. Spec: abci.md#queries.
 */
final class StateQueries {
  private static final String SDK = "sdk";
  private static final String NO_STATE = "there is no state yet";
  private static final int UNKNOWN_REQUEST = 6;
  private static final int INVALID_REQUEST = 18;
  private static final int INVALID_HEIGHT = 26;

  private final Database database;
  private final Application application;

  /** Where transactions can be looked up; the ledger keeps no blocks. */
  private volatile Optional<GetTx.Blocks> blocks = Optional.empty();

  StateQueries(Database database, Application application) {
    this.database = database;
    this.application = application;
  }

  void findTransactionsIn(GetTx.Blocks where) {
    blocks = Optional.of(where);
  }

  /** Answers from the newest committed state; what was asked wrongly is a result, too. */
  QueryResult query(String path, byte[] data) {
    if (path.equals(QueryPaths.GET_TX)) {
      return getTx(data);
    }
    return database.read(state ->
        state.head().isEmpty()
            ? new QueryResult(INVALID_HEIGHT, SDK, NO_STATE, new byte[0], new Height(0))
            : application.machine().query(state, path, data));
  }

  private QueryResult getTx(byte[] data) {
    Height height = database.head().map(Head::height).orElse(new Height(0));
    try {
      return blocks
          .map(where -> GetTx.answer(where, data, height))
          .orElseGet(() -> refusedTx("this node knows no CometBFT's RPC; see --rest", height));
    } catch (ExactaException e) {
      return refusedTx(e.getMessage(), height);
    }
  }

  private static QueryResult refusedTx(String log, Height height) {
    return new QueryResult(UNKNOWN_REQUEST, SDK, log, new byte[0], height);
  }

  ResponseQuery answer(RequestQuery request) {
    try {
      return database.read(state -> answer(state, request));
    } catch (RuntimeException | Error e) {
      AbciLog.failed("a query", e);
      return ResponseQuery.newBuilder()
          .setCode(Failures.INTERNAL)
          .setCodespace(Failures.CODESPACE)
          .setLog(Failures.LOG)
          .build();
    }
  }

  private ResponseQuery answer(CommittedState state, RequestQuery request) {
    Height height = state.head().map(Head::height).orElse(new Height(0));
    if (state.head().isEmpty()) {
      return refused(INVALID_HEIGHT, NO_STATE, height);
    }
    if (request.getHeight() != 0 && request.getHeight() != height.value()) {
      return refused(
          INVALID_HEIGHT,
          "only the newest state can be queried, that of height %s, not %d"
              .formatted(height, request.getHeight()),
          height);
    }
    if (request.getPath().equals(ByteString.copyFromUtf8(QueryPaths.STORE))) {
      return entry(ProvenEntry.of(state, request.getData().toByteArray()), request.getProve());
    }
    if (request.getProve()) {
      return refused(
          INVALID_REQUEST,
          "proofs are of single entries: path " + QueryPaths.STORE + ", data the key",
          height);
    }
    String path = request.getPath().toStringUtf8();
    byte[] data = request.getData().toByteArray();
    QueryResult result =
        path.equals(QueryPaths.GET_TX)
            ? getTx(data)
            : application.machine().query(state, path, data);
    return ResponseQuery.newBuilder()
        .setCode(result.code())
        .setCodespace(result.codespace())
        .setLog(result.log())
        .setKey(request.getData())
        .setValue(ByteString.copyFrom(result.value()))
        .setHeight(result.height().value())
        .build();
  }

  private static ResponseQuery entry(ProvenEntry entry, boolean prove) {
    ByteString key = ByteString.copyFrom(entry.key());
    ResponseQuery.Builder response =
        ResponseQuery.newBuilder()
            .setKey(key)
            .setValue(ByteString.copyFrom(entry.value().orElse(new byte[0])))
            .setHeight(entry.height().value());
    if (prove) {
      response.setProofOps(
          ProofOps.newBuilder()
              .addOps(
                  ProofOp.newBuilder()
                      .setType(ProvenEntry.PROOF_TYPE)
                      .setKey(key)
                      .setData(ByteString.copyFrom(entry.proof().toBytes()))));
    }
    return response.build();
  }

  private static ResponseQuery refused(int code, String log, Height height) {
    return ResponseQuery.newBuilder()
        .setCode(code)
        .setCodespace(SDK)
        .setLog(log)
        .setHeight(height.value())
        .build();
  }
}
