package exacta.store;

import exacta.primitives.Check;
import exacta.primitives.Digest32;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes entries as the stream of a snapshot, and hashes each chunk of it. For one thread. Spec:
 * state.md#snapshots.
 */
final class SnapshotCutter {
  private final OutputStream out;
  private final byte[] chunk = new byte[SnapshotManifest.CHUNK_BYTES];
  private final byte[] lengths = new byte[2 * Integer.BYTES];
  private final List<Digest32> hashes = new ArrayList<>();
  private int filled;
  private long count;

  SnapshotCutter(OutputStream out) {
    this.out = out;
  }

  /** Adds an entry; they come in the order of their keys. */
  void add(byte[] key, byte[] value) throws IOException {
    Check.that(
        (long) key.length + value.length <= SnapshotEntries.ENTRY_BYTES_MAX,
        "an entry of the state fits into a snapshot");
    ByteBuffer.wrap(lengths).putInt(key.length).putInt(value.length);
    write(lengths);
    write(key);
    write(value);
    count++;
  }

  /** Ends the stream, and tells the hashes of its chunks. */
  List<Digest32> finish() throws IOException {
    write(
        ByteBuffer.allocate(Integer.BYTES + Long.BYTES)
            .putInt(SnapshotEntries.END)
            .putLong(count)
            .array());
    if (filled > 0) {
      flush();
    }
    return hashes;
  }

  private void write(byte[] bytes) throws IOException {
    int from = 0;
    while (from < bytes.length) {
      int part = Math.min(bytes.length - from, chunk.length - filled);
      System.arraycopy(bytes, from, chunk, filled, part);
      filled += part;
      from += part;
      if (filled == chunk.length) {
        flush();
      }
    }
  }

  private void flush() throws IOException {
    hashes.add(SnapshotManifest.chunkHash(Arrays.copyOf(chunk, filled)));
    out.write(chunk, 0, filled);
    filled = 0;
  }
}
