package exacta.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateCacheTest {
  private static final int COUNT_MAX = 32;
  private static final int KEYS = 200;

  private final StateCache cache = new StateCache(COUNT_MAX);

  private static ByteKey key(int index) {
    return new ByteKey(RandomState.key(index));
  }

  private static Map<byte[], Optional<byte[]>> one(int index, byte[] value) {
    return Map.of(RandomState.key(index), Optional.of(value));
  }

  /** It may forget, but what it answers is what the newest state has there. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void answersWhatTheNewestStateHasOrNothing(long seed) {
    Random random = new Random(seed);
    TreeMap<byte[], Optional<byte[]>> state = new TreeMap<>(Arrays::compareUnsigned);
    long version = cache.clear();
    int answers = 0;
    for (int step = 0; step < 5_000; step++) {
      if (random.nextInt(20) == 0) {
        Map<byte[], Optional<byte[]>> changes = changes(random);
        state.putAll(changes);
        cache.retire();
        version = cache.advance(changes);
      }
      int index = random.nextInt(KEYS);
      byte[] expected =
          state.getOrDefault(RandomState.key(index), Optional.empty()).orElse(new byte[0]);
      Optional<Optional<byte[]>> known = cache.get(version, key(index));
      if (known.isPresent()) {
        answers++;
        assertArrayEquals(expected, known.get().orElse(new byte[0]), "seed " + seed);
      } else {
        cache.add(
            version, key(index), state.getOrDefault(RandomState.key(index), Optional.empty()));
      }
      assertTrue(known(version) < 2 * COUNT_MAX, "its memory is bounded");
    }
    assertTrue(answers > 500, "it is of use: " + answers);
  }

  private static Map<byte[], Optional<byte[]>> changes(Random random) {
    TreeMap<byte[], Optional<byte[]>> changes = new TreeMap<>(Arrays::compareUnsigned);
    int count = random.nextInt(3 * COUNT_MAX);
    for (int i = 0; i < count; i++) {
      // Values of one byte and more than the cache takes; and deletions.
      byte[] value = new byte[random.nextInt(8) == 0 ? 2_000 : 1];
      random.nextBytes(value);
      changes.put(
          RandomState.key(random.nextInt(KEYS)),
          random.nextInt(4) == 0 ? Optional.empty() : Optional.of(value));
    }
    return changes;
  }

  private int known(long version) {
    int known = 0;
    for (int index = 0; index < KEYS; index++) {
      known += cache.get(version, key(index)).isPresent() ? 1 : 0;
    }
    return known;
  }

  @Test
  void whoReadsAnOlderStateIsNeitherAnsweredNorHeard() {
    long before = cache.advance(one(1, new byte[] {1}));
    long now = cache.advance(one(2, new byte[] {2}));
    assertEquals(Optional.empty(), cache.get(before, key(1)));
    cache.add(before, key(2), Optional.empty());
    assertArrayEquals(new byte[] {2}, cache.get(now, key(2)).orElseThrow().orElseThrow());
    assertArrayEquals(new byte[] {1}, cache.get(now, key(1)).orElseThrow().orElseThrow());
  }

  @Test
  void whileTheNewestStateChangesNobodyIsAnsweredOrHeard() {
    long before = cache.advance(one(1, new byte[] {1}));
    cache.retire();
    assertEquals(Optional.empty(), cache.get(before, key(1)));
    cache.add(before, key(3), Optional.of(new byte[] {3}));
    long now = cache.advance(one(2, new byte[] {2}));
    assertEquals(Optional.empty(), cache.get(now, key(3)));
    assertArrayEquals(new byte[] {1}, cache.get(now, key(1)).orElseThrow().orElseThrow());
  }
}
