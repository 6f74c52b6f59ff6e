package exacta.consensus;

import exacta.primitives.Height;
import exacta.primitives.StateProof;
import exacta.store.CommittedState;
import exacta.store.Head;
import java.util.Optional;

/**
 * What a state holds under a key, with the proof that leads to the app hash in the header of the
 * block after it. Spec: state.md#proof.
 *
 * @param value empty if there is nothing; the proof shows that, too
 * @param height of the state
 */
public record ProvenEntry(byte[] key, Optional<byte[]> value, StateProof proof, Height height) {
  /** The type of the proof's only operation, as {@code abci_query} names it. */
  public static final String PROOF_TYPE = "exacta:state";

  /** From a state that a block or a genesis left. */
  public static ProvenEntry of(CommittedState state, byte[] key) {
    Height height = state.head().map(Head::height).orElse(new Height(0));
    return new ProvenEntry(key, state.get(key), state.prove(key), height);
  }
}
