package exacta.sprint;

import exacta.numerics.Kernels;
import exacta.numerics.Workers;
import exacta.primitives.Digest32;

/**
 * One nonce from public inputs alone, layer by layer: at most one layer's weights are in memory at
 * a time, and one thread is used. What every node of the chain does for a challenge.
 */
public final class SprintReplay {
  private SprintReplay() {}

  /** Equals {@link SprintModel#nonce} of the same seed and shape. */
  public static Digest32 replay(Digest32 seed, SprintShape shape, byte[] hostAddress, long nonce) {
    Kernels kernels = Kernels.vector(new Workers(1)); // starts no thread
    SprintWeights weights = new SprintWeights(seed);
    SprintPass pass = new SprintPass(seed, shape, kernels, hostAddress, nonce, 1);
    for (int layer = 0; layer < shape.layers(); layer++) {
      pass.apply(SprintLayer.derive(weights, shape, layer, kernels));
    }
    return pass.digests().getFirst();
  }
}
