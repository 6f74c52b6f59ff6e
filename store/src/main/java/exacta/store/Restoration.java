package exacta.store;

import exacta.primitives.Digest32;
import exacta.store.SnapshotEntries.Malformed;

/**
 * Builds a state from the chunks of a snapshot. What is built counts for nothing, not even after a
 * crash, until the last chunk is in and the root is the expected one. For one thread. Spec:
 * state.md#restoration.
 */
public final class Restoration {
  /** What became of a chunk. */
  public sealed interface Step {
    /** The next one is wanted. */
    record Next() implements Step {}

    /** It was the last one, and the state is the database's newest now. */
    record Done() implements Step {}

    /** It is not the chunk that the snapshot names; nothing changed, and the same is wanted. */
    record WrongChunk() implements Step {}

    /** The snapshot itself is none; all that was built is gone. */
    record WrongSnapshot(String reason) implements Step {}
  }

  private final Database database;
  private final SnapshotManifest snapshot;
  private final SnapshotEntries entries = new SnapshotEntries();
  private int next;

  Restoration(Database database, SnapshotManifest snapshot) {
    this.database = database;
    this.snapshot = snapshot;
  }

  public SnapshotManifest snapshot() {
    return snapshot;
  }

  /** The number of the chunk that is wanted. */
  public int next() {
    return next;
  }

  /** Adds the chunk that is wanted. */
  public Step add(byte[] chunk) {
    if (!SnapshotManifest.chunkHash(chunk).equals(snapshot.chunks().get(next))) {
      return new Step.WrongChunk();
    }
    boolean isLast = next + 1 == snapshot.chunks().size();
    if (!isLast && chunk.length != SnapshotManifest.CHUNK_BYTES) {
      return wrong("chunk %d has %d bytes".formatted(next, chunk.length));
    }
    try {
      Digest32 root = database.addRestored(entries.read(chunk));
      next++;
      if (!isLast) {
        return new Step.Next();
      }
      entries.finish();
      if (!root.equals(snapshot.root())) {
        return wrong("its state has the root " + root);
      }
    } catch (Malformed e) {
      return wrong(e.getMessage());
    }
    database.finishRestored(new Head(snapshot.height(), snapshot.root()));
    return new Step.Done();
  }

  private Step wrong(String reason) {
    database.abandonRestoration();
    return new Step.WrongSnapshot(reason);
  }
}
