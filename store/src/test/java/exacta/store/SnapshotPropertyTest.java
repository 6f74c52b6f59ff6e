package exacta.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.ledger.StateView;
import exacta.primitives.Digest32;
import exacta.primitives.Height;
import exacta.store.Restoration.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots of the state, taken by one node and restored by another. */
class SnapshotPropertyTest {
  private static final int CHUNK = SnapshotManifest.CHUNK_BYTES;

  @TempDir Path home;

  private Database open(String name) {
    return Database.open(home.resolve(name), List.of());
  }

  private SnapshotFolder folder() {
    return SnapshotFolder.open(home.resolve("snapshots"), 2);
  }

  private static Head commit(Database database, WorkingState state) {
    long height = database.head().map(head -> head.height().value() + 1).orElse(0L);
    database.commit(database.prepare(state, new Height(height)), new Writes());
    return database.head().orElseThrow();
  }

  private static SnapshotManifest take(Database database, SnapshotFolder folder) {
    try (HeldState held = database.hold()) {
      return folder.take(held.state(), () -> false).orElseThrow();
    }
  }

  private static Step restore(Database database, SnapshotManifest manifest, List<byte[]> chunks) {
    Restoration restoration = database.restore(manifest, new Writes());
    Step step = new Step.Next();
    for (byte[] chunk : chunks) {
      assertInstanceOf(Step.Next.class, step);
      step = restoration.add(chunk);
    }
    return step;
  }

  private static List<byte[]> chunks(SnapshotFolder folder, SnapshotManifest manifest) {
    List<byte[]> chunks = new ArrayList<>();
    for (int i = 0; i < manifest.chunks().size(); i++) {
      chunks.add(folder.chunk(manifest.height(), i).orElseThrow());
    }
    return chunks;
  }

  private static TreeMap<String, String> content(Database database) {
    TreeMap<String, String> content = new TreeMap<>();
    database.read(state -> {
      scan(state, content);
      return true;
    });
    return content;
  }

  private static void scan(StateView state, TreeMap<String, String> content) {
    state.scan(
        new byte[0],
        (key, value) -> {
          content.put(latin(key), latin(value));
          return true;
        });
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static void fill(WorkingState state, int entries, int valueBytes, Random random) {
    for (int i = 0; i < entries; i++) {
      byte[] value = new byte[random.nextInt(valueBytes + 1)];
      random.nextBytes(value);
      state.put(RandomState.key(i), value);
    }
  }

  /** Rows: entries, and the most bytes of a value; several chunks, values longer than one, none. */
  static Stream<Arguments> states() {
    return Stream.of(
        Arguments.of(0, 0),
        Arguments.of(1, 0),
        Arguments.of(1, 3 * CHUNK),
        Arguments.of(7, 2 * CHUNK),
        Arguments.of(500, 20),
        Arguments.of(3_000, 1_500),
        Arguments.of(100_000, 60));
  }

  @ParameterizedTest
  @MethodSource("states")
  void aRestoredStateIsTheSameAndGoesOnTheSame(int entries, int valueBytes) {
    try (Database source = open("source");
        Database target = open("target")) {
      WorkingState state = source.begin();
      fill(state, entries, valueBytes, new Random(entries));
      Head head = commit(source, state);
      SnapshotFolder folder = folder();
      SnapshotManifest manifest = take(source, folder);
      assertEquals(head.root(), manifest.root());
      assertInstanceOf(Step.Done.class, restore(target, manifest, chunks(folder, manifest)));
      assertEquals(source.head(), target.head());
      assertEquals(content(source), content(target));
      target.verify();
      assertEquals(change(source), change(target), "the next block");
    }
    try (Database target = open("target")) {
      target.verify();
    }
  }

  private static Head change(Database database) {
    WorkingState state = database.begin();
    state.delete(RandomState.key(0));
    state.put(RandomState.key(77), new byte[] {5});
    return commit(database, state);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void aSnapshotIsAFunctionOfTheStateAndItsHeight(long seed) {
    try (Database one = open("one");
        Database other = open("other")) {
      RandomState random = new RandomState(seed, 400);
      for (int block = 0; block < 5; block++) {
        WorkingState state = one.begin();
        random.change(state, 300);
        commit(one, state);
      }
      while (other.head().map(Head::height).filter(new Height(4)::equals).isEmpty()) {
        WorkingState state = other.begin();
        random.expected.forEach(state::put);
        commit(other, state);
      }
      SnapshotFolder folder = folder();
      SnapshotManifest first = take(one, folder);
      List<byte[]> bytes = chunks(folder, first);
      SnapshotManifest second = take(other, folder);
      assertEquals(first, second, "seed " + seed);
      assertEquals(first.hash(), second.hash());
      assertArrayEquals(bytes.getFirst(), chunks(folder, second).getFirst());
    }
  }

  @Test
  void aSnapshotIsOfTheStateThatWasHeldWhateverIsCommittedMeanwhile() {
    try (Database source = open("source")) {
      WorkingState state = source.begin();
      fill(state, 50, 10, new Random(1));
      Head head = commit(source, state);
      SnapshotFolder folder = folder();
      SnapshotManifest before = take(source, folder);
      try (HeldState held = source.hold()) {
        change(source);
        assertEquals(before, folder.take(held.state(), () -> false).orElseThrow());
        assertEquals(head.root(), before.root());
      }
    }
  }

  @Test
  void theLastTwoStayAndWhatWasNotFinishedGoes() throws IOException {
    try (Database source = open("source")) {
      SnapshotFolder folder = folder();
      assertEquals(List.of(), folder.list());
      for (int block = 0; block < 4; block++) {
        change(source);
        take(source, folder);
      }
      assertEquals(
          List.of(3L, 2L), folder.list().stream().map(each -> each.height().value()).toList());
      assertEquals(Optional.empty(), folder.chunk(new Height(1), 0));
      assertEquals(Optional.empty(), folder.chunk(new Height(3), 1));
      assertEquals(Optional.empty(), folder.chunk(new Height(3), -1));
      try (HeldState held = source.hold()) {
        assertEquals(Optional.empty(), folder.take(held.state(), () -> true), "stopped");
      }
      Path files = home.resolve("snapshots");
      Files.write(files.resolve("9.draft"), new byte[100]);
      Files.write(files.resolve("9.snapshot"), new byte[100]);
      Files.copy(files.resolve("3.snapshot"), files.resolve("8.snapshot"));
      SnapshotFolder again = folder();
      assertEquals(folder.list(), again.list());
      try (Stream<Path> left = Files.list(files)) {
        assertEquals(2, left.count());
      }
      assertArrayEquals(
          folder.chunk(new Height(3), 0).orElseThrow(),
          again.chunk(new Height(3), 0).orElseThrow());
    }
  }

  @Test
  void aDamagedChunkIsNotServed() throws IOException {
    try (Database source = open("source")) {
      change(source);
      SnapshotFolder folder = folder();
      SnapshotManifest manifest = take(source, folder);
      Path file = home.resolve("snapshots").resolve("0.snapshot");
      byte[] bytes = Files.readAllBytes(file);
      bytes[9] ^= 1;
      Files.write(file, bytes);
      assertEquals(Optional.empty(), folder.chunk(manifest.height(), 0));
    }
  }

  @Test
  void aManifestIsWhatItsHashSays() {
    SnapshotManifest manifest =
        new SnapshotManifest(
            new Height(7), SnapshotManifest.chunkHash(new byte[1]), List.of(Digest32.ZERO));
    byte[] hash = manifest.hash().toBytes();
    assertEquals(
        Optional.of(manifest),
        SnapshotManifest.of(manifest.height(), manifest.root(), 1, manifest.metadata(), hash));
    assertTrue(
        SnapshotManifest.of(new Height(8), manifest.root(), 1, manifest.metadata(), hash)
            .isEmpty());
    assertTrue(
        SnapshotManifest.of(manifest.height(), Digest32.ZERO, 1, manifest.metadata(), hash)
            .isEmpty());
    assertTrue(
        SnapshotManifest.of(manifest.height(), manifest.root(), 2, manifest.metadata(), hash)
            .isEmpty());
    assertTrue(
        SnapshotManifest.of(manifest.height(), manifest.root(), 0, new byte[0], hash).isEmpty());
    assertTrue(
        SnapshotManifest.of(manifest.height(), manifest.root(), 1, new byte[32], new byte[31])
            .isEmpty());
    assertNotEquals(
        manifest.hash(),
        new SnapshotManifest(new Height(8), manifest.root(), manifest.chunks()).hash());
  }

  @Test
  void aWrongChunkChangesNothingAndTheRightOneGoesOn() {
    try (Database source = open("source");
        Database target = open("target")) {
      WorkingState state = source.begin();
      fill(state, 3_000, 1_500, new Random(3));
      commit(source, state);
      SnapshotFolder folder = folder();
      SnapshotManifest manifest = take(source, folder);
      List<byte[]> chunks = chunks(folder, manifest);
      assertTrue(chunks.size() > 1);
      Restoration restoration = target.restore(manifest, new Writes());
      for (int i = 0; i < chunks.size(); i++) {
        byte[] wrong = chunks.get(i).clone();
        wrong[i] ^= 4;
        assertInstanceOf(Step.WrongChunk.class, restoration.add(wrong));
        assertInstanceOf(Step.WrongChunk.class, restoration.add(new byte[0]));
        byte[] other = chunks.get((i + 1) % chunks.size());
        assertInstanceOf(Step.WrongChunk.class, restoration.add(other));
        assertEquals(i, restoration.next());
        restoration.add(chunks.get(i));
      }
      assertEquals(content(source), content(target));
      target.verify();
    }
  }

  /** Whatever number of chunks came before the process ended: there is no state afterwards. */
  @Test
  void aRestorationThatWasCutShortIsForgotten() {
    try (Database source = open("source")) {
      WorkingState state = source.begin();
      fill(state, 3_000, 1_500, new Random(4));
      commit(source, state);
      SnapshotFolder folder = folder();
      SnapshotManifest manifest = take(source, folder);
      List<byte[]> chunks = chunks(folder, manifest);
      for (int had = 0; had < chunks.size(); had++) {
        try (Database target = open("target")) {
          restore(target, manifest, chunks.subList(0, had));
          assertEquals(Optional.empty(), target.head());
        }
        try (Database target = open("target")) {
          assertEquals(Optional.empty(), target.head());
          assertTrue(content(target).isEmpty());
        }
      }
      try (Database target = open("target")) {
        Head genesis = change(target);
        assertEquals(new Height(0), genesis.height());
        assertEquals(1, content(target).size());
        target.verify();
      }
    }
  }

  @Test
  void onlyAStateWithoutBlocksOfItsOwnIsGivenUp() {
    try (Database source = open("source")) {
      change(source);
      change(source);
      assertFalse(source.isReplaceable());
      SnapshotFolder folder = folder();
      SnapshotManifest manifest = take(source, folder);
      try (Database target = open("target")) {
        assertTrue(target.isReplaceable());
        change(target);
        assertTrue(target.isReplaceable(), "genesis only");
        restore(target, manifest, chunks(folder, manifest));
        assertTrue(target.isReplaceable(), "no block was made on it");
      }
      try (Database target = open("target")) {
        assertEquals(source.head(), target.head());
        assertTrue(target.isReplaceable());
        change(target);
        assertFalse(target.isReplaceable());
      }
      try (Database target = open("target")) {
        assertFalse(target.isReplaceable());
      }
    }
  }

  @Test
  void aSnapshotThatIsStoppedEndsSoon() {
    try (Database source = open("source")) {
      WorkingState state = source.begin();
      fill(state, 1_000, 10, new Random(5));
      commit(source, state);
      AtomicInteger asked = new AtomicInteger();
      try (HeldState held = source.hold()) {
        assertEquals(
            Optional.empty(), folder().take(held.state(), () -> asked.incrementAndGet() > 10));
      }
      assertTrue(asked.get() < 20);
    }
  }

  /** Else a chain that begins anew beside them could keep no snapshot before it is as high. */
  @Test
  void forgetsSnapshotsOfAChainThatWasThereBefore() {
    try (Database database = open("old")) {
      SnapshotFolder folder = folder();
      for (int height = 0; height < 3; height++) {
        WorkingState state = database.begin();
        state.put(new byte[] {1}, new byte[] {(byte) height});
        commit(database, state);
        take(database, folder);
      }
      folder.removeAbove(new Height(1));
      assertEquals(List.of(1L), heights(folder));
      assertEquals(List.of(1L), heights(folder()));
    }
  }

  private static List<Long> heights(SnapshotFolder folder) {
    return folder.list().stream().map(manifest -> manifest.height().value()).toList();
  }
}
