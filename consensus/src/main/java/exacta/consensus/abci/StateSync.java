package exacta.consensus.abci;

import exacta.consensus.Columns;
import exacta.consensus.abci.wire.RequestApplySnapshotChunk;
import exacta.consensus.abci.wire.RequestOfferSnapshot;
import exacta.consensus.abci.wire.ResponseApplySnapshotChunk;
import exacta.consensus.abci.wire.ResponseOfferSnapshot;
import exacta.consensus.abci.wire.Snapshot;
import exacta.primitives.Digest32;
import exacta.primitives.Height;
import exacta.store.Database;
import exacta.store.Restoration;
import exacta.store.SnapshotManifest;
import exacta.store.Writes;
import java.util.Optional;

/**
 * Restores the state of a snapshot that other nodes offer. Only the app hash is trusted, which
 * CometBFT's light client proved; snapshot and chunks are anybody's. For one thread at a time.
 * Spec: abci.md#snapshots.
 */
final class StateSync {
  private final Database database;
  private final TransactionChecks checks;
  private Optional<Restoration> running = Optional.empty();

  StateSync(Database database, TransactionChecks checks) {
    this.database = database;
    this.checks = checks;
  }

  /** Accepts a snapshot that fits the app hash, if there is no state of blocks here. */
  ResponseOfferSnapshot.Result offer(RequestOfferSnapshot request) {
    if (!database.isReplaceable()) {
      AbciLog.notRestored("this ledger has blocks already; its folder must be empty");
      return ResponseOfferSnapshot.Result.ABORT;
    }
    Snapshot offered = request.getSnapshot();
    if (offered.getFormat() != SnapshotManifest.FORMAT) {
      return ResponseOfferSnapshot.Result.REJECT_FORMAT;
    }
    Optional<SnapshotManifest> manifest = manifest(offered, request.getAppHash().toByteArray());
    if (manifest.isEmpty()) {
      AbciLog.notRestored("the snapshot of height " + offered.getHeight() + " is not as its hash");
      return ResponseOfferSnapshot.Result.REJECT;
    }
    Writes forgotten = new Writes().delete(database.column(Columns.CHAIN), Columns.genesisKey());
    checks.advance(() -> running = Optional.of(database.restore(manifest.get(), forgotten)));
    AbciLog.restoring(offered.getHeight(), offered.getChunks());
    return ResponseOfferSnapshot.Result.ACCEPT;
  }

  private static Optional<SnapshotManifest> manifest(Snapshot offered, byte[] appHash) {
    if (offered.getHeight() <= 0 || appHash.length != Digest32.BYTES) {
      return Optional.empty();
    }
    return SnapshotManifest.of(
        new Height(offered.getHeight()),
        Digest32.of(appHash),
        offered.getChunks(),
        offered.getMetadata().toByteArray(),
        offered.getHash().toByteArray());
  }

  /** Adds a chunk. A bad one is asked for again, but not of whoever sent it. */
  ResponseApplySnapshotChunk apply(RequestApplySnapshotChunk request) {
    if (running.isEmpty()) {
      return answer(ResponseApplySnapshotChunk.Result.ABORT);
    }
    Restoration restoration = running.get();
    if (request.getIndex() != restoration.next()) {
      abandon();
      return answer(ResponseApplySnapshotChunk.Result.RETRY_SNAPSHOT);
    }
    return switch (restoration.add(request.getChunk().toByteArray())) {
      case Restoration.Step.Next next -> answer(ResponseApplySnapshotChunk.Result.ACCEPT);
      case Restoration.Step.Done done -> {
        running = Optional.empty();
        SnapshotManifest snapshot = restoration.snapshot();
        AbciLog.restored(snapshot.height().value(), snapshot.root().toString());
        yield answer(ResponseApplySnapshotChunk.Result.ACCEPT);
      }
      case Restoration.Step.WrongChunk wrong -> {
        AbciLog.badChunk(request.getIndex(), request.getSender());
        yield ResponseApplySnapshotChunk.newBuilder()
            .setResult(ResponseApplySnapshotChunk.Result.RETRY)
            .addRefetchChunks(request.getIndex())
            .addRejectSenders(request.getSender())
            .build();
      }
      case Restoration.Step.WrongSnapshot wrong -> {
        running = Optional.empty();
        AbciLog.notRestored(
            "the snapshot of height %s is none: %s"
                .formatted(restoration.snapshot().height(), wrong.reason()));
        yield answer(ResponseApplySnapshotChunk.Result.REJECT_SNAPSHOT);
      }
    };
  }

  private static ResponseApplySnapshotChunk answer(ResponseApplySnapshotChunk.Result result) {
    return ResponseApplySnapshotChunk.newBuilder().setResult(result).build();
  }

  /** Forgets a restoration that nobody goes on with. */
  void abandon() {
    if (running.isPresent()) {
      running = Optional.empty();
      database.abandonRestoration();
    }
  }
}
