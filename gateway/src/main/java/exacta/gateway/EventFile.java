package exacta.gateway;

import exacta.primitives.ExactaException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * A file to which events are only ever appended: length and checksum in four bytes each, then the
 * event. What a crash left half written at its end is cut off when it is opened. Not safe for
 * several threads.
 */
final class EventFile implements AutoCloseable {
  private static final int PREFIX_BYTES = 8;
  private static final int READ_BYTES = 1 << 16;

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
    long size = channel.size();
    long whole = 0;
    // Not closed: the channel stays open for what is appended.
    DataInputStream in =
        new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel), READ_BYTES));
    long length = next(in, size, replay);
    while (length > 0) {
      whole += length;
      length = next(in, size - whole, replay);
    }
    if (size - whole > PREFIX_BYTES + LaneEvent.BYTES_MAX) {
      throw ExactaException.fatal(
          "%s is damaged at byte %d; restore it, or remove it to give up what is in this lane"
              .formatted(path, whole));
    }
    channel.truncate(whole);
    channel.force(true);
    channel.position(whole);
  }

  /** Replays the next event; returns its bytes in the file, or 0 if no whole one follows. */
  private static long next(DataInputStream in, long left, Consumer<LaneEvent> replay)
      throws IOException {
    if (left < PREFIX_BYTES) {
      return 0;
    }
    int length = in.readInt();
    int checksum = in.readInt();
    if (length < 0 || length > LaneEvent.BYTES_MAX || length > left - PREFIX_BYTES) {
      return 0;
    }
    byte[] event = in.readNBytes(length);
    Optional<LaneEvent> parsed =
        checksum(event) == checksum ? LaneEvent.parse(event) : Optional.empty();
    parsed.ifPresent(replay);
    return parsed.isPresent() ? PREFIX_BYTES + length : 0;
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
