package exacta.store;

import exacta.primitives.Check;
import exacta.primitives.Digest32;
import exacta.primitives.StateHashes;
import java.util.Arrays;

/**
 * Where a page stands in the tree: the leading hex digits that the paths of all its entries share.
 * As bytes, the number of digits comes first, so that pages near the root lie together.
 *
 * @param depth the number of digits, 0 to 63
 * @param path any path below the page
 */
record PagePlace(int depth, Digest32 path) {
  static final PagePlace ROOT = new PagePlace(0, Digest32.ZERO);

  PagePlace {
    Check.that(depth >= 0 && depth < 2 * Digest32.BYTES, "a path has 64 digits");
    path = depth == 0 ? Digest32.ZERO : leading(path, depth);
  }

  /** The hex digit of a path at this index, the first being the high half of its first byte. */
  static int digit(Digest32 path, int index) {
    return StateHashes.digit(path, index);
  }

  PagePlace child(int digit) {
    byte[] bytes = path.toBytes();
    bytes[depth / 2] |= (byte) (depth % 2 == 0 ? digit << 4 : digit);
    return new PagePlace(depth + 1, Digest32.of(bytes));
  }

  byte[] toBytes() {
    byte[] bytes = new byte[1 + (depth + 1) / 2];
    bytes[0] = (byte) depth;
    System.arraycopy(path.toBytes(), 0, bytes, 1, bytes.length - 1);
    return bytes;
  }

  private static Digest32 leading(Digest32 path, int digits) {
    byte[] bytes = path.toBytes();
    if (digits % 2 == 1) {
      bytes[digits / 2] &= (byte) 0xf0;
    }
    Arrays.fill(bytes, (digits + 1) / 2, Digest32.BYTES, (byte) 0);
    return Digest32.of(bytes);
  }
}
