package exacta.engine;

import exacta.numerics.AttentionShape;
import exacta.numerics.RopeTable;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The attention of one layer.
 *
 * @param norm of the state
 * @param headNorms of queries and keys before they are rotated
 * @param postNorm of what is added to the state
 */
record AttentionBlock(
    float[] norm,
    Projection query,
    Projection key,
    Projection value,
    Optional<HeadNorms> headNorms,
    RopeTable rope,
    AttentionShape shape,
    Projection output,
    Optional<float[]> postNorm) {

  Stream<Projection> projections() {
    return Stream.of(query, key, value, output);
  }

  /** Gains of the norms over single heads. */
  record HeadNorms(float[] query, float[] key) {}

  /**
   * @param heads of this layer, with its window
   * @param rope of this layer
   */
  static AttentionBlock load(
      TensorLoader tensors,
      TransformerShape shape,
      String prefix,
      AttentionShape heads,
      RopeTable rope) {
    Architecture architecture = shape.architecture();
    Projection.Bias other = architecture.bias();
    Projection.Bias bias =
        architecture.has(Architecture.Trait.ATTENTION_BIASES) ? Projection.Bias.MUST_BE : other;
    int width = shape.width();
    int queries = shape.queryWidth();
    int keys = shape.keyValueWidth();
    return new AttentionBlock(
        tensors.vector(prefix + "attn_norm.weight", width),
        Projection.load(tensors, prefix + "attn_q", queries, width, bias),
        Projection.load(tensors, prefix + "attn_k", keys, width, bias),
        Projection.load(tensors, prefix + "attn_v", keys, width, bias),
        headNorms(tensors, architecture, prefix, heads.headSize()),
        rope,
        heads,
        Projection.load(tensors, prefix + "attn_output", width, queries, other),
        architecture.has(Architecture.Trait.POST_NORMS)
            ? Optional.of(tensors.vector(prefix + "post_attention_norm.weight", width))
            : Optional.empty());
  }

  private static Optional<HeadNorms> headNorms(
      TensorLoader tensors, Architecture architecture, String prefix, int headSize) {
    if (!architecture.has(Architecture.Trait.HEAD_NORMS)) {
      return Optional.empty();
    }
    return Optional.of(
        new HeadNorms(
            tensors.vector(prefix + "attn_q_norm.weight", headSize),
            tensors.vector(prefix + "attn_k_norm.weight", headSize)));
  }
}
