package exacta.store;

import java.util.Arrays;

/** Comparisons of keys. */
final class Keys {
  private Keys() {}

  static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }
}
