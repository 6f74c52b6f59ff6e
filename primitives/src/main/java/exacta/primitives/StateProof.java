package exacta.primitives;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Shows to whoever knows a state's root what it holds under a key, or that it holds nothing: the
 * pages of its tree from the root to where the key's path ends. Spec: state.md#proof.
 *
 * @param pages as they lie on disk
 */
public record StateProof(List<byte[]> pages) {
  private static final int PAGES_MAX = 2 * Digest32.BYTES;
  private static final int SLOTS = 16;
  private static final int PAGE_BYTES_MAX = 2 * Short.BYTES + SLOTS * 2 * Digest32.BYTES;

  public StateProof {
    pages = List.copyOf(pages);
  }

  /** How many pages there are in a byte; then each behind its length in two bytes. */
  public byte[] toBytes() {
    int size = pages.stream().mapToInt(page -> Short.BYTES + page.length).sum();
    ByteBuffer buffer = ByteBuffer.allocate(1 + size).put((byte) pages.size());
    pages.forEach(page -> buffer.putShort((short) page.length).put(page));
    return buffer.array();
  }

  /** The proof that these bytes are; empty if they are none. */
  public static Optional<StateProof> parse(byte[] bytes) {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      int count = buffer.get() & 0xff;
      List<byte[]> pages = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int length = buffer.getShort() & 0xffff;
        if (length > PAGE_BYTES_MAX || count > PAGES_MAX) {
          return Optional.empty();
        }
        byte[] page = new byte[length];
        buffer.get(page);
        pages.add(page);
      }
      return buffer.hasRemaining() || count == 0
          ? Optional.empty()
          : Optional.of(new StateProof(pages));
    } catch (BufferUnderflowException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether the state of this root holds this value under the key, or nothing if it is empty.
   * Whatever the pages are, a wrong answer takes a collision of the hash.
   */
  public boolean shows(Digest32 root, byte[] key, Optional<byte[]> value) {
    Digest32 path = StateHashes.path(key);
    Digest32 expected = root;
    for (int depth = 0; depth < pages.size() && depth < PAGES_MAX; depth++) {
      Optional<Page> page = Page.parse(pages.get(depth));
      if (page.isEmpty() || !page.get().hash().equals(expected)) {
        return false;
      }
      int digit = StateHashes.digit(path, depth);
      if (!page.get().isBranch(digit)) {
        boolean isLast = depth == pages.size() - 1;
        return isLast && page.get().holds(digit, path, leaf(key, value));
      }
      expected = page.get().hash(digit);
    }
    return false;
  }

  private static Optional<Digest32> leaf(byte[] key, Optional<byte[]> value) {
    return value.map(present -> StateHashes.leaf(key, present));
  }

  private record Page(int occupied, int leaves, List<Digest32> digests) {
    static Optional<Page> parse(byte[] bytes) {
      if (bytes.length < 2 * Short.BYTES) {
        return Optional.empty();
      }
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      int occupied = buffer.getShort() & 0xffff;
      int leaves = buffer.getShort() & 0xffff;
      int count = Integer.bitCount(occupied) + Integer.bitCount(leaves);
      if ((leaves & ~occupied) != 0 || buffer.remaining() != count * Digest32.BYTES) {
        return Optional.empty();
      }
      List<Digest32> digests = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        byte[] digest = new byte[Digest32.BYTES];
        buffer.get(digest);
        digests.add(Digest32.of(digest));
      }
      return Optional.of(new Page(occupied, leaves, digests));
    }

    Digest32 hash() {
      return StateHashes.node(occupied, leaves, digests);
    }

    private boolean isLeaf(int slot) {
      return (leaves >> slot & 1) == 1;
    }

    boolean isBranch(int slot) {
      return (occupied >> slot & 1) == 1 && !isLeaf(slot);
    }

    /** The index of the first digest of a slot. */
    private int index(int slot) {
      int below = (1 << slot) - 1;
      return Integer.bitCount(occupied & below) + Integer.bitCount(leaves & below);
    }

    Digest32 hash(int slot) {
      return digests.get(index(slot) + (isLeaf(slot) ? 1 : 0));
    }

    /**
     * Whether a slot that is no branch has this leaf; or, if there is none, no leaf of the path.
     */
    boolean holds(int slot, Digest32 path, Optional<Digest32> leaf) {
      boolean isThere = isLeaf(slot) && digests.get(index(slot)).equals(path);
      return isThere ? leaf.isPresent() && hash(slot).equals(leaf.get()) : leaf.isEmpty();
    }
  }
}
