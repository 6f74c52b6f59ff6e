package exacta.node;

import exacta.primitives.ExactaException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder in which a process keeps everything that lasts. One process at a time: it is locked
 * until it is closed, or the process ends however it ends.
 */
public final class HomeFolder implements AutoCloseable {
  /** Shows that a folder is ours, and may be emptied. */
  private static final String MARK = "exacta-home";

  private static final String LOCK = "lock";

  private final Path path;
  private final FileChannel channel;

  private HomeFolder(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** {@code .exacta/NAME} in the user's folder, or in what {@code EXACTA_HOME} names. */
  public static Path standard(Map<String, String> environment, String name) {
    String base = environment.getOrDefault("EXACTA_HOME", "");
    return base.isBlank()
        ? Path.of(System.getProperty("user.home"), ".exacta", name)
        : Path.of(base, name);
  }

  /**
   * Opens the folder, which is made if there is none.
   *
   * @throws ExactaException if another process has it, or it is somebody else's
   */
  public static HomeFolder open(Path folder) {
    return tryOpen(folder)
        .orElseThrow(() ->
            ExactaException.fatal(
                "the folder "
                    + folder
                    + " is in use by another exacta process; stop that one, or choose another"
                    + " folder with --home"));
  }

  /** The same; empty if another process has it. */
  static Optional<HomeFolder> tryOpen(Path folder) {
    Path path = folder.toAbsolutePath().normalize();
    try {
      // The books hold what clients asked, and what they were answered.
      Files.createDirectories(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      checkOurs(path);
      FileChannel channel =
          FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!isLocked(channel)) {
        channel.close();
        return Optional.empty();
      }
      PrivateFile.write(path.resolve(MARK), "Everything in this folder belongs to exacta.\n");
      return Optional.of(new HomeFolder(path, channel));
    } catch (IOException | UnsupportedOperationException e) {
      throw new ExactaException(
          ExactaException.Category.FATAL,
          "the folder " + path + " cannot be used: " + e + "; choose another with --home",
          e);
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // another part of this very process
    }
  }

  private static void checkOurs(Path path) throws IOException {
    try (Stream<Path> entries = Files.list(path)) {
      boolean isEmpty = entries.allMatch(entry -> entry.getFileName().toString().equals(LOCK));
      if (!isEmpty && !Files.exists(path.resolve(MARK))) {
        throw ExactaException.fatal(
            "the folder " + path + " holds other things; choose an empty one with --home");
      }
    }
  }

  /** Removes everything, so that the next start begins anew. */
  public void clear() {
    try (Stream<Path> tree = Files.walk(path)) {
      List<Path> entries =
          tree.filter(entry -> !entry.equals(path) && !entry.equals(path.resolve(LOCK)))
              .filter(entry -> !entry.equals(path.resolve(MARK)))
              .sorted(Comparator.reverseOrder())
              .toList();
      for (Path entry : entries) {
        Files.delete(entry);
      }
    } catch (IOException | UncheckedIOException e) {
      throw new ExactaException(
          ExactaException.Category.FATAL,
          "the folder " + path + " cannot be emptied: " + e + "; delete it yourself",
          e);
    }
  }

  public Path path() {
    return path;
  }

  /** A file or folder inside. */
  public Path resolve(String name) {
    return path.resolve(name);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new ExactaException(
          ExactaException.Category.ERROR, "the folder " + path + " cannot be released: " + e, e);
    }
  }
}
