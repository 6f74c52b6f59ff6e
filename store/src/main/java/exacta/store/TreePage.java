package exacta.store;

import exacta.primitives.Check;
import exacta.primitives.Digest32;
import exacta.primitives.StateHashes;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A node of the state's Merkle tree as it lies on disk: sixteen slots, one for each next hex digit
 * of a key's path. Immutable. Spec: state.md#tree.
 */
final class TreePage {
  static final int SLOTS = 16;

  /** What lies below one hex digit. */
  sealed interface Slot {
    /** No entry. */
    enum Empty implements Slot {
      EMPTY
    }

    /** Exactly one entry, with its path and the hash of key and value. */
    record Leaf(Digest32 path, Digest32 hash) implements Slot {}

    /** Two entries or more: a page with this hash. */
    record Branch(Digest32 hash) implements Slot {}
  }

  /** A page that is kept for long: much smaller, and its hash need not be computed again. */
  record Packed(byte[] bytes, Digest32 hash) {
    TreePage unpack() {
      TreePage page = ofBytes(bytes);
      page.hash = Optional.of(hash);
      return page;
    }
  }

  static final TreePage EMPTY = new TreePage(emptySlots());

  private final Slot[] slots;

  /** Once somebody asked; whoever asks at the same time computes the same. */
  private volatile Optional<Digest32> hash = Optional.empty();

  /** Once somebody asked, in the same way. */
  private volatile Optional<byte[]> encoded = Optional.empty();

  private TreePage(Slot[] slots) {
    this.slots = slots;
  }

  static TreePage of(Slot[] slots) {
    Check.that(slots.length == SLOTS, "a page has sixteen slots");
    return new TreePage(slots.clone());
  }

  private static Slot[] emptySlots() {
    Slot[] slots = new Slot[SLOTS];
    Arrays.fill(slots, Slot.Empty.EMPTY);
    return slots;
  }

  Slot[] slots() {
    return slots.clone();
  }

  List<Slot> occupied() {
    return Arrays.stream(slots).filter(slot -> slot != Slot.Empty.EMPTY).toList();
  }

  /** Spec: state.md#node-hash. */
  Digest32 hash() {
    if (hash.isEmpty()) {
      hash = Optional.of(computeHash());
    }
    return hash.get();
  }

  private Digest32 computeHash() {
    List<Digest32> digests = new ArrayList<>(2 * SLOTS);
    for (Slot slot : slots) {
      switch (slot) {
        case Slot.Empty empty -> {}
        case Slot.Leaf leaf -> {
          digests.add(leaf.path());
          digests.add(leaf.hash());
        }
        case Slot.Branch branch -> digests.add(branch.hash());
      }
    }
    return StateHashes.node(occupancy(), leaves(), digests);
  }

  /** Bit i is set if slot i is not empty. */
  private int occupancy() {
    int bits = 0;
    for (int i = 0; i < SLOTS; i++) {
      bits |= slots[i] == Slot.Empty.EMPTY ? 0 : 1 << i;
    }
    return bits;
  }

  private int leaves() {
    int bits = 0;
    for (int i = 0; i < SLOTS; i++) {
      bits |= slots[i] instanceof Slot.Leaf ? 1 << i : 0;
    }
    return bits;
  }

  Packed pack() {
    return new Packed(unsafeBytes(), hash());
  }

  /** Two bits sets of 16, occupied slots and leaves; then hash, or path and hash, of each slot. */
  byte[] toBytes() {
    return unsafeBytes().clone();
  }

  /** The same bytes, which nobody may change. */
  byte[] unsafeBytes() {
    if (encoded.isEmpty()) {
      encoded = Optional.of(encode());
    }
    return encoded.get();
  }

  private byte[] encode() {
    int occupied = occupancy();
    int leaves = leaves();
    int digests = Integer.bitCount(occupied) + Integer.bitCount(leaves);
    ByteBuffer buffer = ByteBuffer.allocate(2 * Short.BYTES + digests * Digest32.BYTES);
    buffer.putShort((short) occupied).putShort((short) leaves);
    for (Slot slot : slots) {
      switch (slot) {
        case Slot.Empty empty -> {}
        case Slot.Leaf leaf -> buffer.put(leaf.path().toBytes()).put(leaf.hash().toBytes());
        case Slot.Branch branch -> buffer.put(branch.hash().toBytes());
      }
    }
    return buffer.array();
  }

  static TreePage ofBytes(byte[] bytes) {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      int occupied = buffer.getShort() & 0xffff;
      int leaves = buffer.getShort() & 0xffff;
      Slot[] slots = emptySlots();
      for (int i = 0; i < SLOTS; i++) {
        if ((leaves >> i & 1) == 1) {
          slots[i] = new Slot.Leaf(digest(buffer), digest(buffer));
        } else if ((occupied >> i & 1) == 1) {
          slots[i] = new Slot.Branch(digest(buffer));
        }
      }
      return new TreePage(slots);
    } catch (BufferUnderflowException e) {
      throw RocksErrors.corrupt("a page of the state's tree is cut short");
    }
  }

  private static Digest32 digest(ByteBuffer buffer) {
    byte[] bytes = new byte[Digest32.BYTES];
    buffer.get(bytes);
    return Digest32.of(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TreePage that && Arrays.equals(slots, that.slots);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(slots);
  }
}
