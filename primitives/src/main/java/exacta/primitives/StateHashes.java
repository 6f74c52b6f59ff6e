package exacta.primitives;

import java.util.List;

/** The hashes of the tree over a chain's state. Spec: state.md#tree. */
public final class StateHashes {
  private StateHashes() {}

  /** Where an entry lies: 64 hex digits. Spec: state.md#path. */
  public static Digest32 path(byte[] key) {
    return Hasher.sha256(key);
  }

  /** The hex digit of a path at this index, the first being the high half of its first byte. */
  public static int digit(Digest32 path, int index) {
    int at = index / 2;
    int octet = (int) (path.longAt(at / Long.BYTES) >>> (8 * (at % Long.BYTES))) & 0xff;
    return index % 2 == 0 ? octet >>> 4 : octet & 0xf;
  }

  /** Spec: state.md#leaf-hash. */
  public static Digest32 leaf(byte[] key, byte[] value) {
    return Hasher.of("state-leaf").bytes(key).bytes(value).finish();
  }

  /**
   * Spec: state.md#node-hash.
   *
   * @param occupied a bit for each slot that is not empty
   * @param leaves a bit for each that is a leaf
   * @param digests of each slot in order its hash, before a leaf's hash its path
   */
  public static Digest32 node(int occupied, int leaves, List<Digest32> digests) {
    Hasher hasher = Hasher.of("state-node").integer(occupied).integer(leaves);
    digests.forEach(hasher::digest);
    return hasher.finish();
  }
}
