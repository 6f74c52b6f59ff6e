package exacta.host;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import exacta.host.stored.StoredSprint;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.primitives.ExactaException.Category;
import exacta.primitives.Hasher;
import exacta.primitives.MerkleTree;
import exacta.protocol.Wire;
import exacta.protocol.v1.OpenedLeaf;
import exacta.sprint.SprintLeaf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The work logs of this host's Sprints, on disk before it commits to them, so that it can open them
 * after a restart. Keeps the newest few. Safe for several threads.
 */
final class SprintBook {
  private static final int SPRINTS_MAX = 4;
  private static final String PREFIX = "sprint-";

  private final Path folder;
  private final TreeMap<Long, MerkleTree> logs = new TreeMap<>();

  /** Reads what is there; a file that is not whole was never committed to, and goes. */
  SprintBook(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
      try (var files = Files.newDirectoryStream(folder, PREFIX + "*")) {
        for (Path file : files) {
          read(file)
              .ifPresentOrElse(
                  stored -> logs.put(stored.getSprint(), tree(digests(stored))),
                  () -> delete(file));
        }
      }
    } catch (IOException e) {
      throw failed(folder, e);
    }
    trim();
  }

  private static Optional<StoredSprint> read(Path file) throws IOException {
    try {
      StoredSprint stored = StoredSprint.parseFrom(Files.readAllBytes(file));
      return checksum(stored.getDigests()).equals(stored.getChecksum())
          ? Optional.of(stored)
          : Optional.empty();
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  private static ByteString checksum(ByteString digests) {
    return Wire.bytes(Hasher.sha256(digests.toByteArray()));
  }

  private static List<Digest32> digests(StoredSprint stored) {
    List<Digest32> digests = new ArrayList<>();
    for (int at = 0; at + Digest32.BYTES <= stored.getDigests().size(); at += Digest32.BYTES) {
      digests.add(Wire.digest(stored.getDigests().substring(at, at + Digest32.BYTES)));
    }
    return digests;
  }

  private static MerkleTree tree(List<Digest32> digests) {
    List<Digest32> leaves = new ArrayList<>(digests.size());
    for (int n = 0; n < digests.size(); n++) {
      leaves.add(SprintLeaf.of(n, digests.get(n)));
    }
    return new MerkleTree(leaves);
  }

  /** The work log of a Sprint, if it is kept. */
  synchronized Optional<MerkleTree> log(long sprint) {
    return Optional.ofNullable(logs.get(sprint));
  }

  /** Keeps a Sprint's digests; when this returns, they are on disk. */
  synchronized MerkleTree keep(long sprint, List<Digest32> digests) {
    ByteString.Output bytes = ByteString.newOutput(digests.size() * Digest32.BYTES);
    digests.forEach(digest -> bytes.write(digest.toBytes(), 0, Digest32.BYTES));
    StoredSprint stored =
        StoredSprint.newBuilder()
            .setSprint(sprint)
            .setDigests(bytes.toByteString())
            .setChecksum(checksum(bytes.toByteString()))
            .build();
    write(folder.resolve(PREFIX + sprint), stored.toByteArray());
    MerkleTree tree = tree(digests);
    logs.put(sprint, tree);
    trim();
    return tree;
  }

  private void write(Path file, byte[] bytes) {
    Path fresh = folder.resolve("new-" + file.getFileName());
    try (FileChannel out =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        out.write(buffer);
      }
      out.force(true);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  private void trim() {
    while (logs.size() > SPRINTS_MAX) {
      delete(folder.resolve(PREFIX + logs.pollFirstEntry().getKey()));
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  private static ExactaException failed(Path path, IOException cause) {
    return new ExactaException(
        Category.FATAL,
        path + " cannot be used: " + cause.getMessage() + "; check disk and permissions",
        cause);
  }

  /** These leaves with their paths; empty unless the log is kept and has them all. */
  Optional<List<OpenedLeaf>> open(long sprint, List<Long> items) {
    Optional<MerkleTree> log = log(sprint);
    if (log.isEmpty() || items.stream().anyMatch(item -> item < 0 || item >= log.get().count())) {
      return Optional.empty();
    }
    return Optional.of(items.stream().map(item -> open(log.get(), item)).toList());
  }

  private static OpenedLeaf open(MerkleTree log, long item) {
    return OpenedLeaf.newBuilder()
        .setItem(item)
        .setLeaf(Wire.bytes(log.leaf((int) item)))
        .addAllPath(Wire.bytes(log.path((int) item)))
        .build();
  }
}
