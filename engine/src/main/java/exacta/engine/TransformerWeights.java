package exacta.engine;

import exacta.numerics.RopeTable;
import exacta.numerics.WeightMatrix;
import java.util.ArrayList;
import java.util.List;

/**
 * A model's weights, ready for some kernels. Immutable and safe for many threads.
 *
 * @param embedding (vocabulary, width)
 * @param output (vocabulary, width); the embedding itself where the file has no other
 */
record TransformerWeights(
    TransformerShape shape,
    WeightMatrix embedding,
    List<TransformerLayer> layers,
    float[] outputNorm,
    WeightMatrix output,
    RopeTable rope) {

  /** Takes all tensors; a file with one that nobody asked for is refused. */
  static TransformerWeights load(TensorLoader tensors, TransformerShape shape) {
    int vocabulary = shape.vocabulary();
    WeightMatrix embedding = tensors.matrix("token_embd.weight", vocabulary, shape.width());
    List<TransformerLayer> layers = new ArrayList<>();
    for (int layer = 0; layer < shape.layers(); layer++) {
      layers.add(TransformerLayer.load(tensors, shape, layer));
    }
    float[] outputNorm = tensors.vector("output_norm.weight", shape.width());
    WeightMatrix output =
        tensors.has("output.weight")
            ? tensors.matrix("output.weight", vocabulary, shape.width())
            : embedding;
    tensors.requireAllTaken();
    RopeTable rope =
        new RopeTable(
            shape.ropeBase(),
            shape.attention().headSize(),
            shape.contextLength(),
            RopeTable.Pairing.ADJACENT);
    return new TransformerWeights(shape, embedding, List.copyOf(layers), outputNorm, output, rope);
  }
}
