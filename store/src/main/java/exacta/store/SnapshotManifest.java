package exacta.store;

import exacta.primitives.Check;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.primitives.Height;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a snapshot of the state consists of: equal for everybody who has that state. Spec:
 * state.md#snapshots.
 *
 * @param height of the state
 * @param root of the state's tree
 * @param chunks the hashes of the pieces, in order
 */
public record SnapshotManifest(Height height, Digest32 root, List<Digest32> chunks) {
  /** The only form of snapshots that there is. */
  public static final int FORMAT = 1;

  /** Of every chunk but the last, which may be shorter. */
  public static final int CHUNK_BYTES = 1 << 20;

  /** CometBFT's own bound; their hashes stay below the 4 MB of its messages. */
  public static final int CHUNKS_MAX = 100_000;

  public SnapshotManifest {
    chunks = List.copyOf(chunks);
    Check.that(
        !chunks.isEmpty() && chunks.size() <= CHUNKS_MAX, "a snapshot has 1 to 100,000 chunks");
  }

  /**
   * A manifest from its parts as they travel; empty if they are none, or do not fit together.
   *
   * @param hash that binds all of it
   */
  public static Optional<SnapshotManifest> of(
      Height height, Digest32 root, int chunkCount, byte[] metadata, byte[] hash) {
    if (chunkCount < 1
        || chunkCount > CHUNKS_MAX
        || metadata.length != chunkCount * Digest32.BYTES
        || hash.length != Digest32.BYTES) {
      return Optional.empty();
    }
    SnapshotManifest manifest = new SnapshotManifest(height, root, digests(metadata));
    return manifest.hash().equals(Digest32.of(hash)) ? Optional.of(manifest) : Optional.empty();
  }

  static List<Digest32> digests(byte[] metadata) {
    ByteBuffer buffer = ByteBuffer.wrap(metadata);
    List<Digest32> digests = new ArrayList<>(metadata.length / Digest32.BYTES);
    while (buffer.hasRemaining()) {
      byte[] digest = new byte[Digest32.BYTES];
      buffer.get(digest);
      digests.add(Digest32.of(digest));
    }
    return digests;
  }

  /** The chunks' hashes one behind the other. */
  public byte[] metadata() {
    ByteBuffer buffer = ByteBuffer.allocate(chunks.size() * Digest32.BYTES);
    chunks.forEach(chunk -> buffer.put(chunk.toBytes()));
    return buffer.array();
  }

  /** The snapshot's name: binds height, root and all chunks. */
  public Digest32 hash() {
    return Hasher.of("snapshot").integer(height.value()).digest(root).bytes(metadata()).finish();
  }

  public static Digest32 chunkHash(byte[] chunk) {
    return Hasher.of("snapshot-chunk").bytes(chunk).finish();
  }
}
