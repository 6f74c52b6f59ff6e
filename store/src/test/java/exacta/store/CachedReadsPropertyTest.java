package exacta.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import exacta.ledger.Parallel;
import exacta.ledger.StateView;
import exacta.primitives.ExactaException;
import exacta.primitives.Height;
import exacta.store.Restoration.Step;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What lies in memory changes no answer and no root. */
class CachedReadsPropertyTest {
  private static final int KEYS = 300;

  private static final Parallel SEVERAL_THREADS =
      new Parallel() {
        @Override
        public <T, R> List<R> map(List<T> inputs, Function<T, R> function) {
          return inputs.parallelStream().map(function).toList();
        }
      };

  @TempDir Path home;

  /** A state that is kept, and what it held when it was the newest. */
  private record Kept(HeldState held, TreeMap<byte[], byte[]> content) {}

  private Database open(String name, Parallel parallel) {
    return Database.open(home.resolve(name), List.of(), parallel);
  }

  private static void commit(Database database, PreparedState state) {
    database.commit(state, new Writes());
  }

  private static PreparedState prepare(Database database, WorkingState state) {
    long height = database.head().map(head -> head.height().value() + 1).orElse(0L);
    return database.prepare(state, new Height(height));
  }

  /** Twice: the second answers come from memory, where it keeps them. */
  private static void assertReads(TreeMap<byte[], byte[]> expected, StateView view) {
    for (int i = 0; i < 2 * KEYS; i++) {
      byte[] key = RandomState.key(i % KEYS);
      Optional<byte[]> value = view.get(key);
      assertEquals(expected.containsKey(key), value.isPresent());
      if (value.isPresent()) {
        assertArrayEquals(expected.get(key), value.get());
        // Whoever is answered owns the answer.
        Arrays.fill(value.get(), (byte) 0x55);
      }
    }
  }

  private static void assertNewest(TreeMap<byte[], byte[]> expected, Database database) {
    assertReads(expected, database.begin());
    database.read(view -> {
      assertReads(expected, view);
      return true;
    });
  }

  private static TreeMap<byte[], byte[]> copy(TreeMap<byte[], byte[]> content) {
    TreeMap<byte[], byte[]> copy = new TreeMap<>(content.comparator());
    copy.putAll(content);
    return copy;
  }

  /** One is kept open and computes on several threads; its twin is opened anew for every block. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void aWarmStoreAndOneThatWasJustOpenedAreTheSame(long seed) {
    RandomState random = new RandomState(seed, KEYS);
    RandomState same = new RandomState(seed, KEYS);
    RandomState dropped = new RandomState(-seed, KEYS);
    Deque<Kept> kept = new ArrayDeque<>();
    try (Database warm = open("warm", SEVERAL_THREADS)) {
      for (int block = 0; block < 12; block++) {
        // A block that was executed, and even its root computed, but is never committed.
        WorkingState never = warm.begin();
        dropped.change(never, 80);
        prepare(warm, never);
        assertNewest(random.expected, warm);

        WorkingState state = warm.begin();
        random.change(state, 80);
        PreparedState prepared = prepare(warm, state);
        commit(warm, prepared);
        assertNewest(random.expected, warm);
        assertEquals(NaiveTree.root(random.expected), prepared.root(), "seed " + seed);

        try (Database cold = open("cold", Parallel.SEQUENTIAL)) {
          WorkingState twin = cold.begin();
          same.change(twin, 80);
          commit(cold, prepare(cold, twin));
          assertEquals(warm.head(), cold.head());
          assertNewest(same.expected, cold);
        }
        kept.forEach(each -> assertReads(each.content(), each.held().state()));
        kept.add(new Kept(warm.hold(), copy(random.expected)));
        if (kept.size() > 3) {
          kept.remove().held().close();
        }
      }
      warm.verify();
      kept.forEach(each -> each.held().close());
    }
    try (Database again = open("warm", SEVERAL_THREADS)) {
      assertNewest(random.expected, again);
      again.verify();
    }
  }

  @Test
  void aRestoredStateIsNotMixedWithTheOneBeforeIt() {
    RandomState genesis = new RandomState(8, KEYS);
    RandomState snapshot = new RandomState(9, KEYS);
    try (Database source = open("source", Parallel.SEQUENTIAL);
        Database target = open("target", SEVERAL_THREADS)) {
      fill(source, snapshot);
      fill(target, genesis);
      assertNewest(genesis.expected, target);
      SnapshotFolder folder = SnapshotFolder.open(home.resolve("snapshots"), 1);
      SnapshotManifest manifest;
      try (HeldState held = source.hold()) {
        manifest = folder.take(held.state(), () -> false).orElseThrow();
      }
      Restoration restoration = target.restore(manifest, new Writes());
      assertNewest(new TreeMap<>(Arrays::compareUnsigned), target);
      List<Step> steps = new ArrayList<>();
      for (int i = 0; i < manifest.chunks().size(); i++) {
        steps.add(restoration.add(folder.chunk(manifest.height(), i).orElseThrow()));
      }
      assertInstanceOf(Step.Done.class, steps.getLast());
      assertNewest(snapshot.expected, target);
      target.verify();
      fill(target, snapshot);
      assertNewest(snapshot.expected, target);
    }
  }

  private static void fill(Database database, RandomState random) {
    WorkingState state = database.begin();
    random.change(state, 200);
    commit(database, prepare(database, state));
  }

  @Test
  void afterTheCloseNothingIsAnsweredFromMemory() {
    Database database = open("closed", Parallel.SEQUENTIAL);
    RandomState random = new RandomState(3, KEYS);
    fill(database, random);
    WorkingState state = database.begin();
    byte[] key = random.expected.firstKey();
    assertArrayEquals(random.expected.get(key), state.get(key).orElseThrow());
    database.close();
    assertThrows(ExactaException.class, () -> state.get(key));
  }
}
