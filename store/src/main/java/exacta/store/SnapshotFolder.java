package exacta.store;

import exacta.primitives.Check;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.primitives.ExactaException.Category;
import exacta.primitives.Height;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * The snapshots that a node keeps for others, the newest few, each a file that appears whole: the
 * stream, the hashes of its chunks, and a footer. One thread writes; all else is safe for several.
 * Spec: state.md#snapshots.
 */
public final class SnapshotFolder {
  private static final String ENDING = ".snapshot";
  private static final String DRAFT_ENDING = ".draft";

  /** Height, root, and the number of chunks. */
  private static final int FOOTER_BYTES = Long.BYTES + Digest32.BYTES + Integer.BYTES;

  private static final byte[] ALL = {};

  private final Path folder;
  private final int keptMax;
  private final ConcurrentSkipListMap<Long, SnapshotManifest> kept = new ConcurrentSkipListMap<>();

  private SnapshotFolder(Path folder, int keptMax) {
    this.folder = folder;
    this.keptMax = keptMax;
  }

  /**
   * Opens the folder, which is made if there is none. What was not finished there is removed.
   *
   * @param keptMax how many snapshots stay
   * @throws ExactaException (fatal) if the folder cannot be used
   */
  public static SnapshotFolder open(Path folder, int keptMax) {
    Check.that(keptMax > 0, "a folder keeps one snapshot at least");
    SnapshotFolder opened = new SnapshotFolder(folder, keptMax);
    try {
      Files.createDirectories(folder);
      opened.readAll();
      opened.removeOld();
      return opened;
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  private void readAll() throws IOException {
    List<Path> files;
    try (Stream<Path> entries = Files.list(folder)) {
      files = entries.toList();
    }
    for (Path file : files) {
      String name = file.getFileName().toString();
      if (name.endsWith(DRAFT_ENDING)) {
        Files.delete(file);
      } else if (name.endsWith(ENDING)) {
        Optional<SnapshotManifest> manifest = readManifest(file);
        if (manifest.filter(found -> file(found.height()).equals(file)).isPresent()) {
          kept.put(manifest.get().height().value(), manifest.get());
        } else {
          Files.delete(file); // a disk that failed; another one is taken soon
        }
      }
    }
  }

  private Path file(Height height) {
    return folder.resolve(height + ENDING);
  }

  /** The newest first. */
  public List<SnapshotManifest> list() {
    return List.copyOf(kept.descendingMap().values());
  }

  /** The size of a snapshot on disk; 0 if it is gone. */
  public long bytes(Height height) {
    try {
      return Files.size(file(height));
    } catch (IOException e) {
      return 0;
    }
  }

  /** A chunk of a snapshot; empty if there is none, or the disk does not have it any more. */
  public Optional<byte[]> chunk(Height height, int index) {
    Optional<SnapshotManifest> manifest =
        Optional.ofNullable(kept.get(height.value()))
            .filter(found -> index >= 0 && index < found.chunks().size());
    if (manifest.isEmpty()) {
      return Optional.empty();
    }
    try (FileChannel channel = FileChannel.open(file(height), StandardOpenOption.READ)) {
      int count = manifest.get().chunks().size();
      long begin = (long) index * SnapshotManifest.CHUNK_BYTES;
      long end = Math.min(begin + SnapshotManifest.CHUNK_BYTES, streamBytes(channel, count));
      byte[] chunk = read(channel, begin, Math.toIntExact(end - begin));
      // Whoever gets a bad chunk would never ask us again.
      boolean isWhole =
          SnapshotManifest.chunkHash(chunk).equals(manifest.get().chunks().get(index));
      return isWhole ? Optional.of(chunk) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty(); // newer ones took its place meanwhile
    } catch (IOException | ArithmeticException | NegativeArraySizeException e) {
      throw new ExactaException(
          Category.ERROR, "the snapshot of height " + height + " cannot be read: " + e, e);
    }
  }

  /**
   * Takes a snapshot of a state, and removes the oldest that are too many. Nothing of it is there
   * before it is complete and synced.
   *
   * @param isStopped asked again and again; true ends it early
   * @return empty if it was stopped
   * @throws ExactaException (error) if the disk fails or is full
   */
  public Optional<SnapshotManifest> take(CommittedState state, BooleanSupplier isStopped) {
    Head head = state.head().orElseThrow();
    Path draft = folder.resolve(head.height() + DRAFT_ENDING);
    try {
      try {
        Optional<SnapshotManifest> manifest = write(draft, state, head, isStopped);
        if (manifest.isPresent()) {
          Files.move(draft, file(head.height()), StandardCopyOption.ATOMIC_MOVE);
          syncFolder();
          kept.put(head.height().value(), manifest.get());
          removeOld();
        }
        return manifest;
      } finally {
        Files.deleteIfExists(draft);
      }
    } catch (IOException | UncheckedIOException e) {
      throw new ExactaException(
          Category.ERROR,
          "no snapshot of height %s could be written to %s: %s"
              .formatted(head.height(), folder, e.getMessage()),
          e);
    }
  }

  private static Optional<SnapshotManifest> write(
      Path draft, CommittedState state, Head head, BooleanSupplier isStopped) throws IOException {
    try (FileChannel channel =
            FileChannel.open(
                draft,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel))) {
      SnapshotCutter cutter = new SnapshotCutter(out);
      state.scan(
          ALL,
          (key, value) -> {
            try {
              cutter.add(key, value);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
            return !isStopped.getAsBoolean();
          });
      if (isStopped.getAsBoolean()) {
        return Optional.empty();
      }
      List<Digest32> chunks = cutter.finish();
      if (chunks.size() > SnapshotManifest.CHUNKS_MAX) {
        throw new IOException("the state is too large, it has " + chunks.size() + " chunks");
      }
      SnapshotManifest manifest = new SnapshotManifest(head.height(), head.root(), chunks);
      out.write(manifest.metadata());
      out.write(
          ByteBuffer.allocate(FOOTER_BYTES)
              .putLong(head.height().value())
              .put(head.root().toBytes())
              .putInt(chunks.size())
              .array());
      out.flush();
      channel.force(true);
      return Optional.of(manifest);
    }
  }

  /**
   * Removes snapshots of states that the ledger beside this folder has not reached: they are of a
   * chain before it, and as the newest ones would stay in place of its own.
   *
   * @throws ExactaException (fatal) if the folder cannot be used
   */
  public void removeAbove(Height newest) {
    try {
      for (SnapshotManifest manifest : kept.tailMap(newest.value(), false).values()) {
        kept.remove(manifest.height().value());
        Files.deleteIfExists(file(manifest.height()));
      }
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  private static ExactaException unusable(Path folder, IOException e) {
    return new ExactaException(
        Category.FATAL, "the folder of snapshots " + folder + " cannot be used: " + e, e);
  }

  private void syncFolder() throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private void removeOld() throws IOException {
    List<Map.Entry<Long, SnapshotManifest>> all = new ArrayList<>(kept.descendingMap().entrySet());
    for (Map.Entry<Long, SnapshotManifest> old :
        all.subList(Math.min(keptMax, all.size()), all.size())) {
      kept.remove(old.getKey());
      Files.deleteIfExists(file(old.getValue().height()));
    }
  }

  /** How long the stream is, in a file with so many chunks. */
  private static long streamBytes(FileChannel channel, int chunkCount) throws IOException {
    return channel.size() - FOOTER_BYTES - (long) chunkCount * Digest32.BYTES;
  }

  /** Empty if the file's parts do not fit together. */
  private static Optional<SnapshotManifest> readManifest(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() < FOOTER_BYTES) {
        return Optional.empty();
      }
      ByteBuffer footer =
          ByteBuffer.wrap(read(channel, channel.size() - FOOTER_BYTES, FOOTER_BYTES));
      long height = footer.getLong();
      byte[] root = new byte[Digest32.BYTES];
      footer.get(root);
      int count = footer.getInt();
      if (height < 0 || count < 1 || count > SnapshotManifest.CHUNKS_MAX) {
        return Optional.empty();
      }
      long stream = streamBytes(channel, count);
      long chunks = (stream + SnapshotManifest.CHUNK_BYTES - 1) / SnapshotManifest.CHUNK_BYTES;
      if (chunks != count) {
        return Optional.empty();
      }
      byte[] metadata = read(channel, stream, count * Digest32.BYTES);
      return Optional.of(
          new SnapshotManifest(
              new Height(height), Digest32.of(root), SnapshotManifest.digests(metadata)));
    }
  }

  private static byte[] read(FileChannel channel, long at, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, at + buffer.position()) < 0) {
        throw new IOException("the file ends early");
      }
    }
    return buffer.array();
  }
}
