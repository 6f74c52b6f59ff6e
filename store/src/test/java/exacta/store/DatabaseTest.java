package exacta.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.ledger.StateView;
import exacta.primitives.ExactaException;
import exacta.primitives.ExactaException.Category;
import exacta.primitives.Height;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseTest {
  private static final List<String> COLUMNS = List.of("blocks");

  @TempDir Path home;

  private Database open() {
    return open(home.resolve("db"));
  }

  private static Database open(Path folder) {
    return Database.open(folder, COLUMNS);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void commit(Database database, WorkingState state) {
    long height = database.head().map(head -> head.height().value() + 1).orElse(0L);
    database.commit(database.prepare(state, new Height(height)), new Writes());
  }

  private static TreeMap<byte[], byte[]> content(StateView view, String prefix) {
    TreeMap<byte[], byte[]> content = new TreeMap<>(java.util.Arrays::compareUnsigned);
    List<byte[]> order = new ArrayList<>();
    view.scan(
        bytes(prefix),
        (key, value) -> {
          content.put(key, value);
          order.add(key);
          return true;
        });
    assertEquals(List.copyOf(content.keySet()), order, "a scan goes in order");
    return content;
  }

  private static void assertSame(TreeMap<byte[], byte[]> expected, StateView view) {
    for (String prefix : List.of("", "a", "b/1", "c/", "d")) {
      TreeMap<byte[], byte[]> part = new TreeMap<>(expected.comparator());
      expected.forEach((key, value) -> {
        if (Keys.startsWith(key, bytes(prefix))) {
          part.put(key, value);
        }
      });
      TreeMap<byte[], byte[]> seen = content(view, prefix);
      assertEquals(List.copyOf(part.keySet()).size(), seen.size());
      part.forEach((key, value) -> assertArrayEquals(value, seen.get(key)));
    }
  }

  private static void copyTo(Path from, Path to) {
    try (Stream<Path> files = Files.list(from)) {
      Files.createDirectories(to);
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void holdsWhatWasWrittenAndItsRootOverManyBlocksAndRestarts(long seed) {
    RandomState random = new RandomState(seed, 400);
    for (int run = 0; run < 3; run++) {
      try (Database database = open()) {
        database.verify();
        for (int block = 0; block < 6; block++) {
          WorkingState state = database.begin();
          random.change(state, 100);
          assertSame(random.expected, state);
          commit(database, state);
          assertEquals(NaiveTree.root(random.expected), database.head().orElseThrow().root());
          database.read(view -> {
            assertSame(random.expected, view);
            return true;
          });
        }
        database.verify();
      }
    }
  }

  @Test
  void returnsToTheEmptyRootWhenEverythingIsDeleted() {
    try (Database database = open()) {
      RandomState random = new RandomState(5, 200);
      commit(database, database.begin());
      var empty = database.head().orElseThrow().root();
      WorkingState state = database.begin();
      random.change(state, 500);
      commit(database, state);
      state = database.begin();
      random.deleteAll(state);
      commit(database, state);
      assertEquals(empty, database.head().orElseThrow().root());
      database.verify();
    }
  }

  @Test
  void aScanStopsWhenItsVisitorHasEnough() {
    try (Database database = open()) {
      WorkingState state = database.begin();
      List.of("k1", "k3", "k5").forEach(key -> state.put(bytes(key), bytes("old")));
      commit(database, state);
      WorkingState above = database.begin();
      above.put(bytes("k2"), bytes("new"));
      above.delete(bytes("k3"));
      List<String> seen = new ArrayList<>();
      above.scan(
          bytes("k"),
          (key, value) -> {
            seen.add(new String(key, StandardCharsets.UTF_8));
            return seen.size() < 3;
          });
      assertEquals(List.of("k1", "k2", "k5"), seen);
      seen.clear();
      above.scan(
          bytes("k"),
          (key, value) -> {
            seen.add(new String(key, StandardCharsets.UTF_8));
            return seen.size() < 2;
          });
      assertEquals(List.of("k1", "k2"), seen);
    }
  }

  @Test
  void aReaderKeepsItsStateWhileTheNextIsCommitted() {
    try (Database database = open()) {
      WorkingState first = database.begin();
      first.put(bytes("k"), bytes("first"));
      commit(database, first);
      database.read(view -> {
        WorkingState second = database.begin();
        second.put(bytes("k"), bytes("second"));
        commit(database, second);
        assertArrayEquals(bytes("first"), view.get(bytes("k")).orElseThrow());
        assertEquals(new Height(0), view.head().orElseThrow().height());
        return true;
      });
      byte[] now = database.read(view -> view.get(bytes("k")).orElseThrow());
      assertArrayEquals(bytes("second"), now);
    }
  }

  @Test
  void aCrashBeforeTheCommitLeavesTheOldStateAndOneAfterItTheNew() {
    try (Database database = open()) {
      WorkingState first = database.begin();
      first.put(bytes("k"), bytes("first"));
      commit(database, first);
      Head head = database.head().orElseThrow();
      WorkingState second = database.begin();
      second.put(bytes("k"), bytes("second"));
      PreparedState prepared = database.prepare(second, new Height(1));
      copyTo(home.resolve("db"), home.resolve("before"));
      Column blocks = database.column("blocks");
      database.commit(prepared, new Writes().put(blocks, bytes("1"), bytes("block")));
      copyTo(home.resolve("db"), home.resolve("after"));

      try (Database before = open(home.resolve("before"))) {
        before.verify();
        assertEquals(Optional.of(head), before.head());
        assertEquals(Optional.empty(), before.column("blocks").get(bytes("1")));
      }
      try (Database after = open(home.resolve("after"))) {
        after.verify();
        assertEquals(new Head(new Height(1), prepared.root()), after.head().orElseThrow());
        assertTrue(after.column("blocks").get(bytes("1")).isPresent());
      }
    }
  }

  @Test
  void refusesADatabaseThatIsOpen() {
    try (Database database = open()) {
      ExactaException refusal = assertThrows(ExactaException.class, this::open);
      assertEquals(Category.ERROR, refusal.category());
      assertTrue(refusal.getMessage().contains("in use"), refusal.getMessage());
      assertTrue(database.head().isEmpty());
    }
  }

  @Test
  void afterTheCloseEveryCallIsRefused() {
    Database database = open();
    WorkingState state = database.begin();
    database.close();
    database.close();
    assertThrows(ExactaException.class, () -> state.get(bytes("k")));
    assertThrows(ExactaException.class, () -> database.read(view -> view.get(bytes("k"))));
    assertThrows(ExactaException.class, () -> database.write(new Writes()));
  }

  /** Whatever byte of whatever file is damaged: a stop, or a state that was committed. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void aDamagedFileIsAClearStopOrDoesNotMatter(long seed) throws IOException {
    Random random = new Random(seed);
    List<Head> heads = copyOfFiveBlocks(seed, home.resolve("damaged"));
    Path victim = anyWithData(home.resolve("damaged"), random);
    byte[] content = Files.readAllBytes(victim);
    for (int i = 0; i < 8; i++) {
      content[random.nextInt(content.length)] ^= (byte) (1 + random.nextInt(255));
    }
    Files.write(victim, content);
    Head head;
    try (Database database = open(home.resolve("damaged"))) {
      database.verify();
      head = database.head().orElseThrow();
    } catch (ExactaException e) {
      assertEquals(Category.FATAL, e.category(), e.getMessage());
      return;
    }
    assertTrue(heads.contains(head), "a state that never was, seed " + seed);
  }

  /** Commits some blocks, and copies the database behind the last while it is open. */
  private List<Head> copyOfFiveBlocks(long seed, Path copy) throws IOException {
    List<Head> heads = new ArrayList<>();
    try (Database database = open()) {
      RandomState states = new RandomState(seed, 50);
      for (int block = 0; block < 5; block++) {
        WorkingState state = database.begin();
        states.change(state, 30);
        commit(database, state);
        heads.add(database.head().orElseThrow());
      }
      copyTo(home.resolve("db"), copy);
    }
    return heads;
  }

  private Path anyWithData(Path folder, Random random) throws IOException {
    try (Stream<Path> listed = Files.list(folder)) {
      List<Path> files = listed.filter(this::holdsData).sorted().toList();
      return files.get(random.nextInt(files.size()));
    }
  }

  private boolean holdsData(Path file) {
    String name = file.getFileName().toString();
    return !name.equals("LOCK")
        && !name.startsWith("LOG")
        && !name.equals("IDENTITY")
        && !name.startsWith("OPTIONS");
  }

  /** An old home is told apart from a damaged one. */
  @Test
  void aDatabaseOfAnotherFormatIsNotCalledDamaged() {
    open().close();
    try (RocksFile file = RocksFile.open(home.resolve("db"), COLUMNS)) {
      file.write(batch -> file.put(batch, RocksFile.META, bytes("format"), new byte[] {1}));
    }
    ExactaException e = assertThrows(ExactaException.class, this::open);
    assertEquals(Category.FATAL, e.category());
    assertTrue(e.getMessage().contains("has format 1"), e.getMessage());
    assertTrue(e.getMessage().contains("nothing is damaged"), e.getMessage());
  }

  /** A file that ends too soon, as after a crash of the machine, or of its disk. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void aTornFileIsAClearStopOrAStateThatWas(long seed) throws IOException {
    Random random = new Random(seed);
    List<Head> heads = copyOfFiveBlocks(seed, home.resolve("torn"));
    Path victim = anyWithData(home.resolve("torn"), random);
    byte[] content = Files.readAllBytes(victim);
    Files.write(victim, Arrays.copyOf(content, random.nextInt(content.length + 1)));
    try (Database database = open(home.resolve("torn"))) {
      database.verify();
      // Nothing at all is a state that was, too: that of a folder before its genesis.
      assertTrue(
          database.head().map(heads::contains).orElse(true),
          "a state that never was, seed " + seed);
    } catch (ExactaException e) {
      assertEquals(Category.FATAL, e.category(), e.getMessage());
    }
  }

  @Test
  void verifyFindsAnEntryThatIsNotInTheTree() {
    Path folder = home.resolve("db");
    try (Database database = open()) {
      WorkingState state = database.begin();
      state.put(bytes("k"), bytes("v"));
      commit(database, state);
    }
    for (String value : List.of("forged", "")) {
      try (RocksFile file = RocksFile.open(folder, COLUMNS)) {
        file.write(batch -> file.put(batch, RocksFile.STATE, bytes("k"), bytes(value)));
      }
      try (Database database = open()) {
        ExactaException found = assertThrows(ExactaException.class, database::verify);
        assertEquals(Category.FATAL, found.category());
      }
    }
  }
}
