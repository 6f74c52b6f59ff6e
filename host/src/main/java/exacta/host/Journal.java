package exacta.host;

import exacta.primitives.ExactaException;
import exacta.primitives.ExactaException.Category;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.zip.CRC32C;

/**
 * A file of records that only grows: length, checksum, payload. A record is on disk before {@link
 * #append} returns, so at most the last one can be torn, and a torn one was never relied on: it is
 * cut off. Damage elsewhere is an error. Not safe for several threads. Spec: host-api.md#journal.
 */
final class Journal implements AutoCloseable {
  /** Sees every record when a journal is opened. */
  @FunctionalInterface
  interface Visitor {
    void record(long place, byte[] payload);
  }

  static final int HEAD_BYTES = 8;
  private static final int PAYLOAD_BYTES_MAX = 64 << 20;

  private final Path path;
  private FileChannel channel;
  private long end;

  private Journal(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** Opens or creates the file and shows its records in order. */
  static Journal open(Path path, Visitor visitor) {
    try {
      Files.createDirectories(path.toAbsolutePath().getParent());
      Journal journal = new Journal(path, openChannel(path));
      journal.replay(visitor);
      return journal;
    } catch (IOException e) {
      throw failed("opened", path, e);
    }
  }

  private static FileChannel openChannel(Path path) throws IOException {
    return FileChannel.open(
        path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private void replay(Visitor visitor) throws IOException {
    long size = channel.size();
    long at = 0;
    while (at < size) {
      ByteBuffer head = readAt(at, (int) Math.min(HEAD_BYTES, size - at));
      if (head.remaining() < HEAD_BYTES) {
        break;
      }
      int length = head.getInt();
      int checksum = head.getInt();
      long next = at + HEAD_BYTES + length;
      if (length <= 0 || length > PAYLOAD_BYTES_MAX || next > size) {
        break;
      }
      byte[] payload = readAt(at + HEAD_BYTES, length).array();
      if (checksum(payload) != checksum) {
        if (next < size) {
          throw ExactaException.fatal(
              path + " is damaged at byte " + at + "; restore it from a backup");
        }
        break;
      }
      visitor.record(at, payload);
      at = next;
    }
    if (at < size) {
      channel.truncate(at);
      channel.force(true);
    }
    end = at;
  }

  /** Writes a record and waits until it is on disk; gives its place. */
  long append(byte[] payload) {
    try {
      long place = write(channel, end, payload);
      channel.force(false);
      end = place + HEAD_BYTES + payload.length;
      return place;
    } catch (IOException e) {
      cutOff(e);
      throw failed("written", path, e);
    }
  }

  /** What a failed write left behind would look like damage behind the next, shorter record. */
  private void cutOff(IOException cause) {
    try {
      channel.truncate(end);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** The record at a place that this journal gave. */
  byte[] read(long place) {
    try {
      ByteBuffer head = readAt(place, HEAD_BYTES);
      byte[] payload = readAt(place + HEAD_BYTES, head.getInt()).array();
      if (checksum(payload) != head.getInt()) {
        throw ExactaException.fatal(
            path + " is damaged at byte " + place + "; restore it from a backup");
      }
      return payload;
    } catch (IOException e) {
      throw failed("read", path, e);
    }
  }

  long bytes() {
    return end;
  }

  /**
   * Puts these records in place of all, or leaves everything as it was, whenever the machine stops.
   * Places given before are void; the visitor learns the new ones.
   *
   * @param replaced runs before the visitor sees the first of them
   */
  void replace(Iterator<byte[]> records, Runnable replaced, Visitor visitor) {
    Path fresh = path.resolveSibling(path.getFileName() + ".new");
    try {
      Files.deleteIfExists(fresh);
      FileChannel out = openChannel(fresh);
      try {
        long at = 0;
        while (records.hasNext()) {
          byte[] payload = records.next();
          write(out, at, payload);
          at += HEAD_BYTES + payload.length;
        }
        out.force(true);
        Files.move(
            fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException | RuntimeException e) {
        out.close();
        throw e;
      }
      FileChannel old = channel;
      channel = out; // open since before the move: there is no moment without a file
      old.close();
      try (FileChannel folder = FileChannel.open(path.toAbsolutePath().getParent())) {
        folder.force(true);
      }
      replaced.run();
      replay(visitor);
    } catch (IOException e) {
      throw failed("written", path, e);
    }
  }

  private static long write(FileChannel channel, long at, byte[] payload) throws IOException {
    ByteBuffer record = ByteBuffer.allocate(HEAD_BYTES + payload.length);
    record.putInt(payload.length).putInt(checksum(payload)).put(payload).flip();
    long place = at;
    while (record.hasRemaining()) {
      place += channel.write(record, place);
    }
    return at;
  }

  private ByteBuffer readAt(long at, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, at + buffer.position()) < 0) {
        throw new IOException("ends before byte " + (at + bytes));
      }
    }
    return buffer.flip();
  }

  private static int checksum(byte[] payload) {
    CRC32C crc = new CRC32C();
    crc.update(payload);
    return (int) crc.getValue();
  }

  private static ExactaException failed(String verb, Path path, IOException cause) {
    return new ExactaException(
        Category.FATAL,
        path + " cannot be " + verb + ": " + cause.getMessage() + "; check disk and permissions",
        cause);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw failed("closed", path, e);
    }
  }
}
