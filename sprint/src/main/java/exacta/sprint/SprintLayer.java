package exacta.sprint;

import exacta.numerics.Kernels;
import exacta.numerics.WeightFormat;
import exacta.numerics.WeightMatrix;
import java.lang.foreign.MemorySegment;

/** The matrices of one layer, ready for some kernels. */
record SprintLayer(
    WeightMatrix query,
    WeightMatrix key,
    WeightMatrix value,
    WeightMatrix output,
    WeightMatrix gate,
    WeightMatrix up,
    WeightMatrix down) {

  static SprintLayer derive(SprintWeights weights, SprintShape shape, int layer, Kernels kernels) {
    return new SprintLayer(
        load(weights, shape, layer, SprintTensor.QUERY, kernels),
        load(weights, shape, layer, SprintTensor.KEY, kernels),
        load(weights, shape, layer, SprintTensor.VALUE, kernels),
        load(weights, shape, layer, SprintTensor.OUTPUT, kernels),
        load(weights, shape, layer, SprintTensor.GATE, kernels),
        load(weights, shape, layer, SprintTensor.UP, kernels),
        load(weights, shape, layer, SprintTensor.DOWN, kernels));
  }

  private static WeightMatrix load(
      SprintWeights weights, SprintShape shape, int layer, SprintTensor tensor, Kernels kernels) {
    return kernels.load(
        "sprint." + layer + "." + tensor,
        WeightFormat.Q4_0,
        tensor.rows(shape),
        tensor.cols(shape),
        MemorySegment.ofArray(weights.tensor(shape, layer, tensor)));
  }
}
