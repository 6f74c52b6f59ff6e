package exacta.engine;

import exacta.numerics.Kernels;
import exacta.numerics.WeightMatrix;
import java.util.List;
import java.util.Optional;

/**
 * A product of a layer.
 *
 * @param weights (outputs, inputs)
 * @param bias one of each output, added to the product
 */
record Projection(WeightMatrix weights, Optional<float[]> bias) {

  /** Whether a file has a bias for a product. */
  enum Bias {
    NONE,
    MAY_BE,
    MUST_BE
  }

  /**
   * @param name of the tensors, without {@code .weight} and {@code .bias}
   */
  static Projection load(TensorLoader tensors, String name, int rows, int cols, Bias bias) {
    WeightMatrix weights = tensors.matrix(name + ".weight", rows, cols);
    boolean biased = bias == Bias.MUST_BE || bias == Bias.MAY_BE && tensors.has(name + ".bias");
    return new Projection(
        weights, biased ? Optional.of(tensors.vector(name + ".bias", rows)) : Optional.empty());
  }

  /** Several products of the same x, each with its own output. */
  static void apply(
      Kernels kernels, List<Projection> projections, float[] x, int rows, List<float[]> outs) {
    kernels.multiply(projections.stream().map(Projection::weights).toList(), x, rows, outs);
    for (int i = 0; i < outs.size(); i++) {
      float[] out = outs.get(i);
      projections.get(i).bias().ifPresent(values -> kernels.addToRows(out, rows, values));
    }
  }

  /** out (rows, outputs) = x (rows, inputs) times the weights, plus the bias. */
  void apply(Kernels kernels, float[] x, int rows, float[] out) {
    kernels.multiply(weights, x, rows, out);
    bias.ifPresent(values -> kernels.addToRows(out, rows, values));
  }
}
