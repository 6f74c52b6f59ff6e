package exacta.chainclient;

import exacta.primitives.Digest32;
import exacta.primitives.StateProof;
import java.util.Optional;

/**
 * What a node says that the chain's state holds under a key.
 *
 * @param value empty if nothing
 * @param height of the state; its root is in the header of the next block
 */
public record StateEntry(byte[] key, Optional<byte[]> value, StateProof proof, long height) {
  /**
   * Whether the proof leads to this root, so that whoever trusts the root need not trust a node.
   */
  public boolean isProven(Digest32 root) {
    return proof.shows(root, key, value);
  }
}
