package exacta.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads the entries of a snapshot from its chunks, one after another, whoever made them. For one
 * thread. Spec: state.md#snapshots.
 */
final class SnapshotEntries {
  /** Stands in place of a key's length behind the last entry; then comes their count. */
  static final int END = -1;

  /** Of key and value together; far above what the ledger writes. */
  static final int ENTRY_BYTES_MAX = 64 << 20;

  private static final int LENGTHS_BYTES = 2 * Integer.BYTES;

  /** A key with its value. */
  record Entry(byte[] key, byte[] value) {}

  /** What a chunk did not finish. */
  private byte[] rest = {};

  private Optional<byte[]> lastKey = Optional.empty();
  private long count;
  private boolean ended;

  /** The bytes are not what an honest node makes. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message, null, false, false);
    }
  }

  /** The entries that this chunk completes. */
  List<Entry> read(byte[] chunk) throws Malformed {
    ByteBuffer buffer = joined(chunk);
    List<Entry> entries = new ArrayList<>();
    while (!ended && buffer.remaining() >= LENGTHS_BYTES) {
      buffer.mark();
      int keyBytes = buffer.getInt();
      if (keyBytes == END) {
        if (buffer.remaining() < Long.BYTES) {
          buffer.reset();
          break;
        }
        end(buffer.getLong());
      } else {
        int valueBytes = buffer.getInt();
        checkLengths(keyBytes, valueBytes);
        if (buffer.remaining() < keyBytes + valueBytes) {
          buffer.reset();
          break;
        }
        entries.add(entry(buffer, keyBytes, valueBytes));
      }
    }
    if (ended && buffer.hasRemaining()) {
      throw new Malformed("it goes on behind its end");
    }
    rest = Arrays.copyOfRange(buffer.array(), buffer.position(), buffer.limit());
    return entries;
  }

  private ByteBuffer joined(byte[] chunk) {
    byte[] both = Arrays.copyOf(rest, rest.length + chunk.length);
    System.arraycopy(chunk, 0, both, rest.length, chunk.length);
    return ByteBuffer.wrap(both);
  }

  private static void checkLengths(int keyBytes, int valueBytes) throws Malformed {
    if (keyBytes < 0 || valueBytes < 0 || (long) keyBytes + valueBytes > ENTRY_BYTES_MAX) {
      throw new Malformed(
          "an entry of %d and %d bytes is none"
              .formatted(Integer.toUnsignedLong(keyBytes), Integer.toUnsignedLong(valueBytes)));
    }
  }

  private Entry entry(ByteBuffer buffer, int keyBytes, int valueBytes) throws Malformed {
    byte[] key = new byte[keyBytes];
    byte[] value = new byte[valueBytes];
    buffer.get(key).get(value);
    if (lastKey.isPresent() && Arrays.compareUnsigned(lastKey.get(), key) >= 0) {
      throw new Malformed("entry " + count + " is not behind the one before it");
    }
    lastKey = Optional.of(key);
    count++;
    return new Entry(key, value);
  }

  private void end(long told) throws Malformed {
    if (told != count) {
      throw new Malformed("it has %d entries, and tells of %d".formatted(count, told));
    }
    ended = true;
  }

  /** Says that there is no further chunk. */
  void finish() throws Malformed {
    if (!ended) {
      throw new Malformed("it has no end");
    }
  }
}
