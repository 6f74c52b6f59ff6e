package exacta.crypto;

import exacta.primitives.Entropy;
import exacta.primitives.ExactaException;
import exacta.primitives.ExactaException.Category;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * A private key in a file that only its owner may read: a line that names the kind of key and a
 * line of 64 hexadecimal digits. A file is created whole or not at all and never overwritten. What
 * the disk refuses is an {@link ExactaException}.
 */
public final class KeyFile {
  private static final String ACCOUNT = "exacta secp256k1 private key";
  private static final String CONSENSUS = "exacta ed25519 private key";
  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private KeyFile() {}

  /** Writes the key into a new file. */
  public static void create(Path file, PrivateKey key) {
    create(file, ACCOUNT, key.secretBytes());
  }

  /** Writes the key into a new file. */
  public static void create(Path file, Ed25519Key key) {
    create(file, CONSENSUS, key.secretBytes());
  }

  /** The key in the file. */
  public static PrivateKey read(Path file) {
    byte[] secret = read(file, ACCOUNT);
    try {
      return PrivateKey.of(secret);
    } catch (IllegalArgumentException e) {
      throw ExactaException.fatal("the key file " + file + " holds no key of secp256k1");
    }
  }

  /** The consensus key in the file. */
  public static Ed25519Key readEd25519(Path file) {
    return Ed25519Key.of(read(file, CONSENSUS));
  }

  /** The key in the file, which is created with a new key if there is none. */
  public static PrivateKey readOrCreate(Path file, Entropy entropy) {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      create(file, PrivateKey.random(entropy));
    }
    return read(file);
  }

  private static void create(Path file, String kind, byte[] secret) {
    Path folder = file.toAbsolutePath().getParent();
    String text = kind + "\n" + HexFormat.of().formatHex(secret) + "\n";
    try {
      Files.createDirectories(folder);
      Path draft =
          Files.createTempFile(
              folder, ".key", ".new", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      try {
        writeDurably(draft, text);
        // A link fails where a file exists; a rename would replace somebody's key.
        Files.createLink(file, draft);
      } finally {
        Files.delete(draft);
      }
      syncFolder(folder);
    } catch (FileAlreadyExistsException e) {
      throw new ExactaException(
          Category.FATAL, "the key file " + file + " exists; a key is never overwritten", e);
    } catch (IOException | UnsupportedOperationException e) {
      throw new ExactaException(
          Category.FATAL, "cannot create the key file " + file + ": " + reason(e), e);
    }
  }

  private static void writeDurably(Path file, String text) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  private static void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static byte[] read(Path file, String kind) {
    try {
      Set<PosixFilePermission> open = Files.getPosixFilePermissions(file);
      open.removeAll(
          EnumSet.of(
              PosixFilePermission.OWNER_READ,
              PosixFilePermission.OWNER_WRITE,
              PosixFilePermission.OWNER_EXECUTE));
      if (!open.isEmpty()) {
        throw ExactaException.fatal(
            "others than the owner may use the key file " + file + "; run: chmod 600 " + file);
      }
      List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
      if (lines.size() != 2 || !lines.get(0).equals(kind)) {
        throw ExactaException.fatal(
            "the key file " + file + " must be two lines, the first '" + kind + "'");
      }
      return secret(file, lines.get(1));
    } catch (NoSuchFileException e) {
      throw new ExactaException(Category.FATAL, "there is no key file " + file, e);
    } catch (IOException | UnsupportedOperationException e) {
      throw new ExactaException(
          Category.FATAL, "cannot read the key file " + file + ": " + reason(e), e);
    }
  }

  private static byte[] secret(Path file, String hex) {
    if (!hex.matches("[0-9a-f]{64}")) {
      throw ExactaException.fatal(
          "the second line of the key file " + file + " must be 64 hexadecimal digits");
    }
    return HexFormat.of().parseHex(hex);
  }

  private static String reason(Exception e) {
    return e.getClass().getSimpleName() + " " + e.getMessage();
  }
}
