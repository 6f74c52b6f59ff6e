package exacta.node;

import exacta.primitives.ExactaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.function.Supplier;

/** Files that only their owner may read, replaced whole and synced, or not at all. */
final class PrivateFile {
  private PrivateFile() {}

  static void write(Path file, byte[] content) {
    Path folder = file.toAbsolutePath().getParent();
    try {
      Files.createDirectories(folder);
      Path draft =
          Files.createTempFile(
              folder,
              ".draft",
              ".new",
              PosixFilePermissions.asFileAttribute(
                  EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE)));
      try {
        writeDurably(draft, content);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(draft);
      }
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    } catch (IOException | UnsupportedOperationException e) {
      throw unusable(file, "written", e);
    }
  }

  static void write(Path file, String content) {
    write(file, content.getBytes(StandardCharsets.UTF_8));
  }

  private static void writeDurably(Path file, byte[] content) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  /** Empty if there is no such file. */
  static Optional<byte[]> read(Path file) {
    try {
      return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    } catch (IOException e) {
      throw unusable(file, "read", e);
    }
  }

  /** The line in the file, which is made of the supplier's if there is none. */
  static String readOrCreateLine(Path file, Supplier<String> fresh) {
    Optional<byte[]> present = read(file);
    if (present.isPresent()) {
      return new String(present.get(), StandardCharsets.UTF_8).strip();
    }
    String line = fresh.get();
    write(file, line + "\n");
    return line;
  }

  private static ExactaException unusable(Path file, String what, Exception e) {
    return new ExactaException(
        ExactaException.Category.FATAL,
        "the file " + file + " cannot be " + what + ": " + e + "; check space and permissions",
        e);
  }
}
