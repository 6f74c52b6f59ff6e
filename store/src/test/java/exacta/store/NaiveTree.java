package exacta.store;

import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The tree's root by its definition: from all entries anew. Spec: state.md#tree. */
final class NaiveTree {
  private record Leaf(String digits, Digest32 hash) {}

  private NaiveTree() {}

  static Digest32 root(SortedMap<byte[], byte[]> entries) {
    SortedMap<String, Leaf> leaves = new TreeMap<>();
    entries.forEach((key, value) -> {
      String digits = Hasher.sha256(key).toHex();
      Digest32 hash = Hasher.of("state-leaf").bytes(key).bytes(value).finish();
      leaves.put(digits, new Leaf(digits, hash));
    });
    return node(List.copyOf(leaves.values()), 0);
  }

  private static Digest32 node(List<Leaf> leaves, int depth) {
    Hasher hasher = Hasher.of("state-node");
    int occupied = 0;
    int alone = 0;
    Digest32[] hashes = new Digest32[16];
    Digest32[] paths = new Digest32[16];
    for (int i = 0; i < 16; i++) {
      char digit = "0123456789abcdef".charAt(i);
      List<Leaf> below = leaves.stream().filter(l -> l.digits().charAt(depth) == digit).toList();
      if (!below.isEmpty()) {
        occupied |= 1 << i;
        hashes[i] = below.size() == 1 ? below.getFirst().hash() : node(below, depth + 1);
        if (below.size() == 1) {
          alone |= 1 << i;
          paths[i] = Digest32.ofHex(below.getFirst().digits());
        }
      }
    }
    hasher.integer(occupied).integer(alone);
    for (int i = 0; i < 16; i++) {
      if (paths[i] != null) {
        hasher.digest(paths[i]);
      }
      if (hashes[i] != null) {
        hasher.digest(hashes[i]);
      }
    }
    return hasher.finish();
  }
}
