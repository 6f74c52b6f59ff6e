package exacta.engine.gguf;

import exacta.primitives.Check;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.primitives.MerkleTree;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * A model's identity with the proof that a card belongs to it, computed from the whole file.
 *
 * @param cardPath the Merkle path of leaf 0, which whoever serves the card sends along
 */
public record ModelDigest(ModelIdentity identity, List<Digest32> cardPath) {

  public ModelDigest {
    cardPath = List.copyOf(cardPath);
  }

  /** Reads and hashes the whole file; it must have its weights. */
  public static ModelDigest of(Gguf gguf) {
    Check.that(gguf.hasWeights(), "the identity of a model covers its weights");
    byte[] card = gguf.headerBytes();
    MemorySegment weights = gguf.weights();
    List<Digest32> leaves = new ArrayList<>();
    leaves.add(ModelIdentity.cardLeaf(card));
    for (long at = 0; at < weights.byteSize(); at += ModelIdentity.CHUNK_BYTES) {
      long size = Math.min(ModelIdentity.CHUNK_BYTES, weights.byteSize() - at);
      byte[] chunk = weights.asSlice(at, size).toArray(ValueLayout.JAVA_BYTE);
      leaves.add(Hasher.of("model-chunk").bytes(chunk).finish());
    }
    MerkleTree tree = new MerkleTree(leaves);
    return new ModelDigest(
        new ModelIdentity(tree.root(), card.length, weights.byteSize()), tree.path(0));
  }
}
