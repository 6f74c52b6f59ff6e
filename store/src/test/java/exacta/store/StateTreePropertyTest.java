package exacta.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.Digest32;
import exacta.store.StateTree.Change;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateTreePropertyTest {
  private final Map<PagePlace, TreePage> pages = new HashMap<>();
  private final TreeMap<byte[], byte[]> entries = new TreeMap<>(java.util.Arrays::compareUnsigned);

  private Digest32 apply(List<Change> changes) {
    StateTree.Update update =
        StateTree.update(place -> pages.getOrDefault(place, TreePage.EMPTY), changes);
    update
        .pages()
        .forEach((place, page) ->
            page.ifPresentOrElse(
                present -> pages.put(place, TreePage.ofBytes(present.toBytes())),
                () -> pages.remove(place)));
    return update.root();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void rootIsThatOfTheDefinitionAfterEveryRandomBlock(long seed) {
    Random random = new Random(seed);
    for (int block = 0; block < 60; block++) {
      SortedMap<byte[], Optional<byte[]>> writes = new TreeMap<>(entries.comparator());
      int count = random.nextInt(1 << random.nextInt(8));
      for (int i = 0; i < count; i++) {
        byte[] key = RandomState.key(random.nextInt(300));
        writes.put(
            key, random.nextBoolean() ? Optional.of(new byte[] {(byte) i}) : Optional.empty());
      }
      List<Change> changes = new ArrayList<>();
      writes.forEach((key, value) -> {
        changes.add(value.map(v -> Change.put(key, v)).orElseGet(() -> Change.delete(key)));
        value.ifPresentOrElse(v -> entries.put(key, v), () -> entries.remove(key));
      });
      assertEquals(NaiveTree.root(entries), apply(changes), "seed " + seed + " block " + block);
    }
    assertEquals(freshPages(), pages, "no page is left over, seed " + seed);
  }

  /** The pages of a tree that is built from the entries in one step. */
  private Map<PagePlace, TreePage> freshPages() {
    StateTreePropertyTest fresh = new StateTreePropertyTest();
    List<Change> all = new ArrayList<>();
    entries.forEach((key, value) -> all.add(Change.put(key, value)));
    fresh.apply(all);
    return fresh.pages;
  }

  @Test
  void rootDoesNotDependOnTheOrderInWhichEntriesCame() {
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      changes.add(Change.put(RandomState.key(i), new byte[] {(byte) i}));
    }
    Digest32 together = apply(changes);
    Collections.shuffle(changes, new Random(7));
    StateTreePropertyTest other = new StateTreePropertyTest();
    Digest32 oneByOne = Digest32.ZERO;
    for (Change change : changes) {
      oneByOne = other.apply(List.of(change));
    }
    assertEquals(together, oneByOne);
    assertEquals(pages, other.pages);
  }

  @Test
  void touchesOnlyPagesOnTheWayToAChange() {
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      changes.add(Change.put(RandomState.key(i), new byte[] {1}));
    }
    apply(changes);
    StateTree.Update update =
        StateTree.update(pages::get, List.of(Change.put(RandomState.key(77), new byte[] {2})));
    assertTrue(update.pages().size() <= 6, "pages written: " + update.pages().size());
  }
}
