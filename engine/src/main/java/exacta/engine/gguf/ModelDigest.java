package exacta.engine.gguf;

import exacta.primitives.Check;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.primitives.Hasher;
import exacta.primitives.MerkleTree;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
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

  /**
   * Reads and hashes the whole file, or all parts; it must have its weights.
   *
   * @throws ExactaException ERROR if the thread is interrupted; it stays so
   */
  public static ModelDigest of(Gguf gguf) {
    Check.that(gguf.hasWeights(), "the identity of a model covers its weights");
    byte[] card = gguf.headerBytes();
    List<Digest32> leaves = new ArrayList<>();
    leaves.add(ModelIdentity.cardLeaf(card));
    Chunks chunks = new Chunks(leaves);
    gguf.rest().forEach(chunks::add);
    chunks.end();
    MerkleTree tree = new MerkleTree(leaves);
    return new ModelDigest(new ModelIdentity(tree.root(), card.length, chunks.bytes), tree.path(0));
  }

  /** Cuts what comes after the card into chunks, which need not end where a part ends. */
  private static final class Chunks {
    private final List<Digest32> leaves;
    private final byte[] chunk = new byte[ModelIdentity.CHUNK_BYTES];
    private int filled;
    private long bytes;

    Chunks(List<Digest32> leaves) {
      this.leaves = leaves;
    }

    void add(MemorySegment data) {
      bytes += data.byteSize();
      for (long at = 0; at < data.byteSize(); ) {
        int size = (int) Math.min(chunk.length - filled, data.byteSize() - at);
        MemorySegment.copy(data, ValueLayout.JAVA_BYTE, at, chunk, filled, size);
        filled += size;
        at += size;
        if (filled == chunk.length) {
          end();
        }
        if (Thread.currentThread().isInterrupted()) {
          throw ExactaException.error("interrupted while a model was hashed");
        }
      }
    }

    /** The last chunk may be shorter. */
    void end() {
      if (filled > 0) {
        byte[] whole = filled == chunk.length ? chunk : Arrays.copyOf(chunk, filled);
        leaves.add(Hasher.of("model-chunk").bytes(whole).finish());
        filled = 0;
      }
    }
  }
}
