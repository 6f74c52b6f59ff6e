package exacta.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.ExactaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HomeFolderTest {
  @TempDir private Path folder;

  @Test
  void belongsToOneProcessAtATime() {
    Path path = folder.resolve("home");
    try (HomeFolder home = HomeFolder.open(path)) {
      ExactaException taken = assertThrows(ExactaException.class, () -> HomeFolder.open(path));
      assertTrue(taken.getMessage().contains("--home"), taken.getMessage());
      assertEquals(path, home.path());
    }
    HomeFolder.open(path).close();
  }

  @Test
  void keepsWhatClientsAskedFromOtherUsers() throws IOException {
    Path fresh = folder.resolve("new").resolve("home");
    try (HomeFolder home = HomeFolder.open(fresh)) {
      assertEquals(
          "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(home.path())));
    }
  }

  @Test
  void neverEmptiesAFolderThatIsNotItsOwn() throws IOException {
    Files.writeString(folder.resolve("thesis.txt"), "years of work");
    assertThrows(ExactaException.class, () -> HomeFolder.open(folder));
    assertEquals("years of work", Files.readString(folder.resolve("thesis.txt")));
  }

  @Test
  void clearsEverythingForAFreshStart() throws IOException {
    Path path = folder.resolve("home");
    try (HomeFolder home = HomeFolder.open(path)) {
      Files.createDirectories(home.resolve("chain/deep"));
      Files.writeString(home.resolve("chain/deep/file"), "old");
      home.clear();
      assertFalse(Files.exists(home.resolve("chain")));
    }
    HomeFolder.open(path).close();
  }
}
