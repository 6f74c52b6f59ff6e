package exacta.protocol;

import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import java.util.List;

/** CometBFT's Merkle tree over byte strings, which is that of RFC 6962. */
public final class CometMerkle {
  private CometMerkle() {}

  public static Digest32 root(List<byte[]> items) {
    if (items.isEmpty()) {
      return Hasher.sha256(new byte[0]);
    }
    if (items.size() == 1) {
      return hash(0, items.getFirst(), new byte[0]);
    }
    int split = Integer.highestOneBit(items.size() - 1);
    Digest32 left = root(items.subList(0, split));
    Digest32 right = root(items.subList(split, items.size()));
    return hash(1, left.toBytes(), right.toBytes());
  }

  private static Digest32 hash(int prefix, byte[] first, byte[] second) {
    byte[] joined = new byte[1 + first.length + second.length];
    joined[0] = (byte) prefix;
    System.arraycopy(first, 0, joined, 1, first.length);
    System.arraycopy(second, 0, joined, 1 + first.length, second.length);
    return Hasher.sha256(joined);
  }
}
