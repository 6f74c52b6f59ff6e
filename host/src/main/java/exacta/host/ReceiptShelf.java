package exacta.host;

import com.google.protobuf.ByteString;
import exacta.crypto.Address;
import exacta.primitives.ExactaException;
import exacta.primitives.ExactaException.Category;
import exacta.primitives.Hasher;
import exacta.protocol.Wire;
import exacta.protocol.v1.ShownReceipt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What this host was shown and challenged, on disk, so that it can show it to the jurors even if
 * the accused does not. Safe for several threads.
 */
final class ReceiptShelf {
  private static final int PROOFS_MAX = 256;

  private final Path folder;

  ReceiptShelf(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
      forgetOldest();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** The newest are kept; a dispute lasts an epoch, and there are few of them. */
  private void forgetOldest() throws IOException {
    List<Path> proofs;
    try (Stream<Path> files = Files.list(folder)) {
      proofs = files.sorted((a, b) -> modified(b).compareTo(modified(a))).toList();
    }
    for (int i = PROOFS_MAX; i < proofs.size(); i++) {
      Files.deleteIfExists(proofs.get(i));
    }
  }

  private static Long modified(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      return 0L; // gone meanwhile
    }
  }

  synchronized void keep(long epoch, Address host, ByteString session, ShownReceipt proof) {
    Path file = file(epoch, host, session, proof.getNumber());
    Path fresh = folder.resolve("new-" + file.getFileName());
    try {
      Files.write(fresh, proof.toByteArray());
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  Optional<ShownReceipt> find(long epoch, Address host, ByteString session, long number) {
    Path file = file(epoch, host, session, number);
    try {
      return Files.exists(file)
          ? Wire.strict(ShownReceipt.parser(), Files.readAllBytes(file))
          : Optional.empty();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private Path file(long epoch, Address host, ByteString session, long number) {
    return folder.resolve(
        Hasher.of("shelf")
            .integer(epoch)
            .bytes(host.toBytes())
            .bytes(session.toByteArray())
            .integer(number)
            .finish()
            .toHex());
  }

  private ExactaException failed(IOException cause) {
    return new ExactaException(
        Category.ERROR,
        folder + " cannot be used: " + cause.getMessage() + "; check disk and permissions",
        cause);
  }
}
