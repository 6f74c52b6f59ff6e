package exacta.engine;

import exacta.numerics.Kernels;
import exacta.numerics.RopeTable;
import exacta.numerics.WeightMatrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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
    WeightMatrix output) {
  private static final String ROPE_FACTORS = "rope_freqs.weight";

  /** Takes all tensors; a file with one that nobody asked for is refused. */
  static TransformerWeights load(TensorLoader tensors, TransformerShape shape) {
    int vocabulary = shape.vocabulary();
    WeightMatrix embedding = tensors.matrix("token_embd.weight", vocabulary, shape.width());
    List<TransformerLayer> layers = layers(tensors, shape);
    float[] outputNorm = tensors.vector("output_norm.weight", shape.width());
    WeightMatrix output =
        tensors.has("output.weight")
            ? tensors.matrix("output.weight", vocabulary, shape.width())
            : embedding;
    tensors.requireAllTaken();
    return new TransformerWeights(shape, embedding, layers, outputNorm, output);
  }

  /**
   * Rows of a pass that take less than twice the time of one. Experts are different ones for each
   * row, and little is read for several.
   */
  int rowsTogether(Kernels kernels) {
    IntStream.Builder rows = IntStream.builder().add(kernels.rowsTogether(output));
    for (TransformerLayer layer : layers) {
      switch (layer.feedForward()) {
        case FeedForward.Dense dense ->
            Stream.concat(layer.attention().projections(), dense.projections())
                .mapToInt(projection -> kernels.rowsTogether(projection.weights()))
                .forEach(rows);
        case FeedForward.Experts _ -> rows.add(1);
      }
    }
    return rows.build().min().orElseThrow();
  }

  private static List<TransformerLayer> layers(TensorLoader tensors, TransformerShape shape) {
    Optional<float[]> factors = ropeFactors(tensors, shape);
    RopeTable globalRope = rope(shape, shape.global(), factors);
    Optional<RopeTable> localRope =
        shape.local().map(local -> rope(shape, local.attending(), Optional.empty()));
    List<TransformerLayer> layers = new ArrayList<>();
    for (int layer = 0; layer < shape.layers(); layer++) {
      String prefix = "blk." + layer + ".";
      boolean local = shape.isLocal(layer);
      layers.add(
          new TransformerLayer(
              AttentionBlock.load(
                  tensors,
                  shape,
                  prefix,
                  local ? shape.local().get().attending().shape() : shape.global().shape(),
                  local ? localRope.get() : globalRope),
              FeedForward.load(tensors, shape, prefix)));
    }
    return List.copyOf(layers);
  }

  private static RopeTable rope(
      TransformerShape shape, TransformerShape.Attending attending, Optional<float[]> factors) {
    return new RopeTable(
        attending.rope().frequencies(attending.shape().headSize(), factors),
        shape.contextLength(),
        shape.architecture().pairing());
  }

  private static Optional<float[]> ropeFactors(TensorLoader tensors, TransformerShape shape) {
    if (!shape.architecture().has(Architecture.Trait.ROPE_FACTORS_MAY_BE)
        || !tensors.has(ROPE_FACTORS)) {
      return Optional.empty();
    }
    float[] factors = tensors.vector(ROPE_FACTORS, shape.global().shape().headSize() / 2);
    for (float factor : factors) {
      if (factor < 1) {
        throw tensors.wrong(
            ROPE_FACTORS, "has the factor " + factor + ", which would turn a pair faster");
      }
    }
    return Optional.of(factors);
  }
}
