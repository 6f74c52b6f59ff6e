package exacta.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.ExactaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFileTest {
  private final SeededEntropy entropy = new SeededEntropy(6);

  @TempDir private Path folder;

  @Test
  void aKeyComesBackFromAFileThatOnlyItsOwnerMayUse() throws IOException {
    Path file = folder.resolve("deep/account.key");
    PrivateKey key = PrivateKey.random(entropy);
    KeyFile.create(file, key);
    assertEquals(key.address(), KeyFile.read(file).address());
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void aConsensusKeyComesBackAndIsNoAccountKey() {
    Path file = folder.resolve("consensus.key");
    Ed25519Key key = Ed25519Key.random(entropy);
    KeyFile.create(file, key);
    assertArrayEquals(key.publicKey(), KeyFile.readEd25519(file).publicKey());
    assertSays("secp256k1", () -> KeyFile.read(file));
  }

  @Test
  void aKeyIsNeverOverwritten() {
    Path file = folder.resolve("account.key");
    PrivateKey first = PrivateKey.random(entropy);
    KeyFile.create(file, first);
    assertSays("never overwritten", () -> KeyFile.create(file, PrivateKey.random(entropy)));
    assertEquals(first.address(), KeyFile.read(file).address());
  }

  @Test
  void aFileIsCreatedOnceAndReadFromThenOn() {
    Path file = folder.resolve("account.key");
    Address first = KeyFile.readOrCreate(file, entropy).address();
    assertEquals(first, KeyFile.readOrCreate(file, entropy).address());
  }

  @Test
  void aFileThatOthersMayUseIsRefused() throws IOException {
    Path file = folder.resolve("account.key");
    KeyFile.create(file, PrivateKey.random(entropy));
    for (String permissions : List.of("rw-r-----", "rw----r--", "rw--w----", "rw------x")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
      assertSays("chmod 600", () -> KeyFile.read(file));
    }
  }

  @Test
  void damagedFilesAreRefusedWithTheirName() throws IOException {
    Path file = folder.resolve("account.key");
    KeyFile.create(file, PrivateKey.random(entropy));
    String header = "exacta secp256k1 private key\n";
    for (String text :
        List.of(
            "",
            "hello\n",
            header,
            header + "00\n",
            header + "g".repeat(64),
            header + "0".repeat(64))) {
      Files.writeString(file, text);
      assertSays(file.toString(), () -> KeyFile.read(file));
    }
  }

  @Test
  void aMissingFileIsNamed() {
    assertSays("there is no key file", () -> KeyFile.read(folder.resolve("none")));
  }

  private static void assertSays(String part, Runnable action) {
    String message = assertThrows(ExactaException.class, action::run).getMessage();
    assertTrue(message.contains(part), message);
  }
}
