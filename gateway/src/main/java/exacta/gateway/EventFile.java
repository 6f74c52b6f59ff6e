package exacta.gateway;

import exacta.primitives.ExactaException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * A file to which events are only ever appended: length and checksum in four bytes each, then the
 * event. What a crash left half written at its end is cut off when it is opened. Not safe for
 * several threads.
 */
final class EventFile implements AutoCloseable {
  private static final int PREFIX_BYTES = 8;

  private final Path path;
  private final FileChannel channel;

  private EventFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Opens or creates the file and replays its events.
   *
   * @throws ExactaException if it cannot be read, or is damaged elsewhere than at its end
   */
  static EventFile open(Path path, Consumer<LaneEvent> replay) {
    try {
      Files.createDirectories(path.toAbsolutePath().getParent());
      FileChannel channel =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        EventFile file = new EventFile(path, channel);
        file.replay(replay);
        file.syncFolder();
        return file;
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw broken(path, e);
    }
  }

  private void replay(Consumer<LaneEvent> replay) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path));
    int whole = 0;
    while (next(bytes, replay)) {
      whole = bytes.position();
    }
    if (bytes.limit() - whole > PREFIX_BYTES + LaneEvent.BYTES_MAX) {
      throw ExactaException.fatal(
          "%s is damaged at byte %d; restore it, or remove it to give up what is in this lane"
              .formatted(path, whole));
    }
    channel.truncate(whole);
    channel.force(true);
    channel.position(whole);
  }

  private static boolean next(ByteBuffer bytes, Consumer<LaneEvent> replay) {
    if (bytes.remaining() < PREFIX_BYTES) {
      return false;
    }
    int length = bytes.getInt();
    int checksum = bytes.getInt();
    if (length < 0 || length > bytes.remaining()) {
      return false;
    }
    byte[] event = new byte[length];
    bytes.get(event);
    if (checksum(event) != checksum) {
      return false;
    }
    return LaneEvent.parse(event)
        .map(parsed -> {
          replay.accept(parsed);
          return true;
        })
        .orElse(false);
  }

  private static int checksum(byte[] event) {
    CRC32C crc = new CRC32C();
    crc.update(event);
    return (int) crc.getValue();
  }

  private void syncFolder() throws IOException {
    try (FileChannel folder =
        FileChannel.open(path.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  /** Appends; a crash of the machine may still lose it until {@link #force}. */
  void append(LaneEvent event) {
    byte[] bytes = event.encode();
    ByteBuffer out = ByteBuffer.allocate(PREFIX_BYTES + bytes.length);
    out.putInt(bytes.length).putInt(checksum(bytes)).put(bytes).flip();
    try {
      long before = channel.position();
      try {
        while (out.hasRemaining()) {
          channel.write(out);
        }
      } catch (IOException e) {
        channel.truncate(before); // half an event would hide all that come after it
        throw e;
      }
    } catch (IOException e) {
      throw broken(path, e);
    }
  }

  /** Returns when all that was appended is on the disk. */
  void force() {
    try {
      channel.force(false);
    } catch (IOException e) {
      throw broken(path, e);
    }
  }

  private static ExactaException broken(Path path, IOException e) {
    return new ExactaException(
        ExactaException.Category.ERROR,
        "cannot keep the books in %s (%s); check disk and permissions".formatted(path, e),
        e);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close " + path, e);
    }
  }
}
