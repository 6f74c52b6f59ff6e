package exacta.sprint;

import exacta.numerics.Kernels;
import exacta.primitives.Check;
import exacta.primitives.Digest32;
import java.util.ArrayList;
import java.util.List;

/**
 * The whole random model of one Sprint, for those who compute many nonces. Immutable and safe for
 * several threads; the kernels' workers decide how many cores a call uses. Spec: sprint.md.
 */
public final class SprintModel {
  private final Digest32 seed;
  private final SprintShape shape;
  private final Kernels kernels;
  private final List<SprintLayer> layers;

  private SprintModel(Digest32 seed, SprintShape shape, Kernels kernels, List<SprintLayer> layers) {
    this.seed = seed;
    this.shape = shape;
    this.kernels = kernels;
    this.layers = List.copyOf(layers);
  }

  /** Draws all weights; memory is about 0.57 bytes for each of 13 * dim^2 * layers weights. */
  public static SprintModel derive(Digest32 seed, SprintShape shape, Kernels kernels) {
    SprintWeights weights = new SprintWeights(seed);
    List<SprintLayer> layers = new ArrayList<>();
    for (int layer = 0; layer < shape.layers(); layer++) {
      layers.add(SprintLayer.derive(weights, shape, layer, kernels));
    }
    return new SprintModel(seed, shape, kernels, layers);
  }

  public Digest32 seed() {
    return seed;
  }

  public SprintShape shape() {
    return shape;
  }

  /**
   * The digest of one nonce.
   *
   * @param hostAddress 20 bytes
   * @param nonce counted from 0
   */
  public Digest32 nonce(byte[] hostAddress, long nonce) {
    return nonces(hostAddress, nonce, 1).getFirst();
  }

  /** The digests of some consecutive nonces, in one pass; four to eight use a core best. */
  public List<Digest32> nonces(byte[] hostAddress, long firstNonce, int count) {
    Check.that(count > 0, "a pass has a nonce");
    SprintPass pass = new SprintPass(seed, shape, kernels, hostAddress, firstNonce, count);
    for (SprintLayer layer : layers) {
      pass.apply(layer);
    }
    return pass.digests();
  }
}
