package exacta.consensus.abci;

import com.google.protobuf.ByteString;
import exacta.consensus.abci.wire.RequestLoadSnapshotChunk;
import exacta.consensus.abci.wire.ResponseListSnapshots;
import exacta.consensus.abci.wire.ResponseLoadSnapshotChunk;
import exacta.consensus.abci.wire.Snapshot;
import exacta.primitives.Clock;
import exacta.primitives.Height;
import exacta.store.Database;
import exacta.store.Head;
import exacta.store.HeldState;
import exacta.store.SnapshotFolder;
import exacta.store.SnapshotManifest;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Takes snapshots at fixed heights, so that all nodes have the same ones, and hands them out. They
 * are written on a thread of their own from a state that is held meanwhile: blocks go on. Safe for
 * several threads. Spec: abci.md#snapshots.
 */
final class Snapshots implements AutoCloseable {
  private final Database database;
  private final SnapshotFolder folder;
  private final long interval;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("snapshots").priority(Thread.MIN_PRIORITY).factory());

  /**
   * The height of the one that is being taken, or 0. The next one is left out meanwhile, rather
   * than queued; and this one is offered when all is done, the removal of the oldest, too.
   */
  private final AtomicLong taking = new AtomicLong();

  private volatile boolean isClosed;

  private Snapshots(Database database, SnapshotFolder folder, long interval) {
    this.database = database;
    this.folder = folder;
    this.interval = interval;
  }

  static Snapshots open(Database database, RetentionSettings settings) {
    SnapshotFolder folder =
        SnapshotFolder.open(settings.snapshotFolder(), RetentionSettings.SNAPSHOTS_KEPT);
    folder.removeAbove(database.head().map(Head::height).orElse(new Height(0)));
    return new Snapshots(database, folder, settings.snapshotInterval());
  }

  /** Begins a snapshot of the state that was just committed, if one is due. */
  void committed(long height) {
    if (interval == 0 || height % interval != 0 || !taking.compareAndSet(0, height)) {
      return;
    }
    HeldState held = database.hold();
    thread.execute(() -> {
      // What fails here is told, and tried again at the next height: blocks do not depend on it.
      try (held) {
        take(held);
      } catch (RuntimeException | Error e) {
        AbciLog.failed("the snapshot of height " + height, e);
      } finally {
        taking.set(0);
      }
    });
  }

  private void take(HeldState held) {
    long begun = Clock.STEADY.millis();
    Optional<SnapshotManifest> taken = folder.take(held.state(), () -> isClosed);
    taken.ifPresent(manifest ->
        AbciLog.snapshotTaken(
            manifest.height().value(),
            folder.bytes(manifest.height()),
            manifest.chunks().size(),
            Clock.STEADY.millis() - begun));
  }

  /** What there is, the newest first. */
  ResponseListSnapshots list() {
    long unfinished = taking.get();
    ResponseListSnapshots.Builder response = ResponseListSnapshots.newBuilder();
    for (SnapshotManifest manifest : folder.list()) {
      if (manifest.height().value() != unfinished) {
        response.addSnapshots(described(manifest));
      }
    }
    return response.build();
  }

  private static Snapshot described(SnapshotManifest manifest) {
    return Snapshot.newBuilder()
        .setHeight(manifest.height().value())
        .setFormat(SnapshotManifest.FORMAT)
        .setChunks(manifest.chunks().size())
        .setHash(CometTerms.packed(manifest.hash()))
        .setMetadata(ByteString.copyFrom(manifest.metadata()))
        .build();
  }

  /** Empty if there is none; never throws, since CometBFT would end with it. */
  ResponseLoadSnapshotChunk load(RequestLoadSnapshotChunk request) {
    ResponseLoadSnapshotChunk.Builder response = ResponseLoadSnapshotChunk.newBuilder();
    if (request.getFormat() != SnapshotManifest.FORMAT || request.getHeight() < 0) {
      return response.build();
    }
    try {
      folder
          .chunk(new Height(request.getHeight()), request.getChunk())
          .ifPresent(chunk -> response.setChunk(ByteString.copyFrom(chunk)));
    } catch (RuntimeException | Error e) {
      AbciLog.failed("the reading of a snapshot", e);
    }
    return response.build();
  }

  /** Gives up a snapshot that is being taken, and waits until it let go of the database. */
  @Override
  public void close() {
    isClosed = true;
    thread.close();
  }
}
