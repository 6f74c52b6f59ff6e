package exacta.engine.gguf;

import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.primitives.MerkleTree;
import java.util.List;

/**
 * What the chain knows of a model: the Merkle root over its file, and sizes. Leaf 0 is {@code
 * H("model-card", card)}, the others are {@code H("model-chunk", chunk)} of the rest of the file in
 * chunks of 1 MiB, the last one shorter. So a card can be checked without the weights. Spec:
 * models.md#identity.
 *
 * @param cardBytes size of the card, at least 1
 * @param weightBytes size of the rest of the file, at least 1
 */
public record ModelIdentity(Digest32 root, long cardBytes, long weightBytes) {
  /** Bytes of a chunk of weights. */
  public static final int CHUNK_BYTES = 1 << 20;

  /**
   * @throws IllegalArgumentException for sizes out of bounds
   */
  public ModelIdentity {
    if (cardBytes < 1 || cardBytes > GgufParser.HEADER_BYTES_MAX) {
      throw new IllegalArgumentException("a card of " + cardBytes + " bytes");
    }
    if (weightBytes < 1 || weightBytes > (long) CHUNK_BYTES << 30) {
      throw new IllegalArgumentException("weights of " + weightBytes + " bytes");
    }
  }

  /** Leaves of the tree: the card and the chunks. */
  public int leafCount() {
    return (int) (1 + (weightBytes + CHUNK_BYTES - 1) / CHUNK_BYTES);
  }

  /** Whether these bytes are the card of this model; the path is that of leaf 0. */
  public boolean isCard(byte[] card, List<Digest32> path) {
    return card.length == cardBytes
        && MerkleTree.verify(root, leafCount(), 0, cardLeaf(card), path);
  }

  static Digest32 cardLeaf(byte[] card) {
    return Hasher.of("model-card").bytes(card).finish();
  }
}
