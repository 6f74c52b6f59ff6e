package exacta.gateway;

import exacta.crypto.KeyFile;
import exacta.crypto.PrivateKey;
import exacta.primitives.Entropy;
import exacta.primitives.ExactaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The keys of this gateway's sessions, one file each, named by the public key. One thread. */
final class SessionKeys {
  private static final String SUFFIX = ".key";

  private final Path folder;
  private final Entropy entropy;
  private final TreeMap<String, PrivateKey> keys = new TreeMap<>();

  SessionKeys(Path folder, Entropy entropy) {
    this.folder = folder;
    this.entropy = entropy;
    try {
      Files.createDirectories(folder);
      try (Stream<Path> list = Files.list(folder)) {
        List<Path> files =
            list.filter(file -> file.getFileName().toString().endsWith(SUFFIX)).sorted().toList();
        for (Path file : files) {
          add(KeyFile.read(file));
        }
      }
    } catch (IOException e) {
      throw new ExactaException(
          ExactaException.Category.FATAL,
          "cannot read the keys in %s (%s); check its permissions".formatted(folder, e),
          e);
    }
  }

  private void add(PrivateKey key) {
    keys.put(name(key.publicKey().toBytes()), key);
  }

  private static String name(byte[] publicKey) {
    return HexFormat.of().formatHex(publicKey);
  }

  /** Our key with this public key. */
  Optional<PrivateKey> find(byte[] publicKey) {
    return Optional.ofNullable(keys.get(name(publicKey)));
  }

  /** A key that none of these sessions has; a new one unless an earlier one was never used. */
  PrivateKey unused(Set<String> usedPublicKeys) {
    Optional<String> spare =
        keys.keySet().stream().filter(key -> !usedPublicKeys.contains(key)).findFirst();
    if (spare.isPresent()) {
      return keys.get(spare.get());
    }
    PrivateKey key = PrivateKey.random(entropy);
    KeyFile.create(folder.resolve(name(key.publicKey().toBytes()) + SUFFIX), key);
    add(key);
    return key;
  }
}
