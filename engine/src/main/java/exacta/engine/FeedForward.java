package exacta.engine;

import exacta.numerics.WeightMatrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The feed-forward part of one layer. */
sealed interface FeedForward {
  /** Of the state. */
  float[] norm();

  /** Of what is added to the state. */
  Optional<float[]> postNorm();

  /** The same for all positions. */
  record Dense(
      float[] norm, Projection gate, Projection up, Projection down, Optional<float[]> postNorm)
      implements FeedForward {

    Stream<Projection> projections() {
      return Stream.of(gate, up, down);
    }
  }

  /**
   * Each position goes through some of many.
   *
   * @param router (experts, width)
   * @param used experts for a position
   */
  record Experts(
      float[] norm, WeightMatrix router, int used, List<Expert> experts, Optional<float[]> postNorm)
      implements FeedForward {}

  /** Shapes are (outputs, inputs). */
  record Expert(WeightMatrix gate, WeightMatrix up, WeightMatrix down) {}

  static FeedForward load(TensorLoader tensors, TransformerShape shape, String prefix) {
    Architecture architecture = shape.architecture();
    int width = shape.width();
    float[] norm = tensors.vector(prefix + "ffn_norm.weight", width);
    Optional<float[]> postNorm =
        architecture.has(Architecture.Trait.POST_NORMS)
            ? Optional.of(tensors.vector(prefix + "post_ffw_norm.weight", width))
            : Optional.empty();
    if (shape.experts().isPresent()) {
      TransformerShape.Experts sizes = shape.experts().get();
      return new Experts(
          norm,
          tensors.matrix(prefix + "ffn_gate_inp.weight", sizes.count(), width),
          sizes.used(),
          experts(tensors, sizes, prefix, width),
          postNorm);
    }
    int inner = shape.feedForward();
    Projection.Bias bias = architecture.bias();
    return new Dense(
        norm,
        Projection.load(tensors, prefix + "ffn_gate", inner, width, bias),
        Projection.load(tensors, prefix + "ffn_up", inner, width, bias),
        Projection.load(tensors, prefix + "ffn_down", width, inner, bias),
        postNorm);
  }

  private static List<Expert> experts(
      TensorLoader tensors, TransformerShape.Experts sizes, String prefix, int width) {
    int count = sizes.count();
    int inner = sizes.feedForward();
    List<WeightMatrix> gates =
        tensors.matrices(prefix + "ffn_gate_exps.weight", count, inner, width);
    List<WeightMatrix> ups = tensors.matrices(prefix + "ffn_up_exps.weight", count, inner, width);
    List<WeightMatrix> downs =
        tensors.matrices(prefix + "ffn_down_exps.weight", count, width, inner);
    List<Expert> experts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      experts.add(new Expert(gates.get(i), ups.get(i), downs.get(i)));
    }
    return List.copyOf(experts);
  }
}
