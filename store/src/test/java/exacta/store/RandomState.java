package exacta.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.TreeMap;

/** Seeded puts and deletes, done to a store and to a plain map beside it. */
final class RandomState {
  private final Random random;
  private final int keyCount;
  final TreeMap<byte[], byte[]> expected = new TreeMap<>(Arrays::compareUnsigned);

  RandomState(long seed, int keyCount) {
    this.random = new Random(seed);
    this.keyCount = keyCount;
  }

  void change(WorkingState state, int changes) {
    for (int i = 0; i < changes; i++) {
      byte[] key = key(random.nextInt(keyCount));
      if (random.nextInt(3) == 0) {
        state.delete(key);
        expected.remove(key);
      } else {
        byte[] value = new byte[random.nextInt(20)];
        random.nextBytes(value);
        state.put(key, value);
        expected.put(key, value);
      }
    }
  }

  void deleteAll(WorkingState state) {
    expected.keySet().forEach(state::delete);
    expected.clear();
  }

  static byte[] key(int index) {
    return ((char) ('a' + index % 3) + "/" + index).getBytes(StandardCharsets.UTF_8);
  }
}
