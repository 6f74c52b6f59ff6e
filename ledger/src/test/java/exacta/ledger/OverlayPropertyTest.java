package exacta.ledger;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OverlayPropertyTest {
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void showsWhatAStoreWithTheSameWritesWouldShow(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      MemoryStore base = new MemoryStore();
      MemoryStore plain = new MemoryStore();
      for (int i = random.nextInt(20); i > 0; i--) {
        byte[] key = key(random);
        base.put(key, new byte[] {(byte) i});
        plain.put(key, new byte[] {(byte) i});
      }
      Overlay overlay = new Overlay(base);
      for (int i = random.nextInt(20); i > 0; i--) {
        byte[] key = key(random);
        if (random.nextBoolean()) {
          overlay.put(key, new byte[] {(byte) -i});
          plain.put(key, new byte[] {(byte) -i});
        } else {
          overlay.delete(key);
          plain.delete(key);
        }
        byte[] asked = key(random);
        assertEquals(plain.get(asked).isPresent(), overlay.get(asked).isPresent());
      }
      byte[] prefix = new byte[random.nextInt(3)];
      random.nextBytes(prefix);
      for (int i = 0; i < prefix.length; i++) {
        prefix[i] &= 3;
      }
      int most = 1 + random.nextInt(20);
      List<byte[]> expected = scan(plain, prefix, most);
      List<byte[]> shown = scan(overlay, prefix, most);
      assertEquals(expected.size(), shown.size(), "seed " + seed);
      for (int i = 0; i < expected.size(); i++) {
        assertArrayEquals(expected.get(i), shown.get(i), "seed " + seed);
      }
      overlay.writeTo(base);
      assertTrue(base.holdsTheSameAs(plain), "seed " + seed);
    }
  }

  private static byte[] key(Random random) {
    byte[] key = new byte[1 + random.nextInt(3)];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) random.nextInt(4);
    }
    return key;
  }

  /** Keys and values, as long as the visitor wants more. */
  private static List<byte[]> scan(StateView view, byte[] prefix, int most) {
    List<byte[]> shown = new ArrayList<>();
    view.scan(
        prefix,
        (key, value) -> {
          shown.add(key);
          shown.add(value);
          return shown.size() < 2 * most;
        });
    return shown;
  }
}
