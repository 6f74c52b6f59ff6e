package exacta.engine;

import exacta.numerics.WeightMatrix;

/** The weights of one layer. Shapes are (outputs, inputs). */
record TransformerLayer(
    float[] attentionNorm,
    WeightMatrix query,
    WeightMatrix key,
    WeightMatrix value,
    WeightMatrix output,
    float[] feedForwardNorm,
    WeightMatrix gate,
    WeightMatrix up,
    WeightMatrix down) {

  static TransformerLayer load(TensorLoader tensors, TransformerShape shape, int layer) {
    String prefix = "blk." + layer + ".";
    int width = shape.width();
    int inner = shape.feedForward();
    return new TransformerLayer(
        tensors.vector(prefix + "attn_norm.weight", width),
        tensors.matrix(prefix + "attn_q.weight", shape.queryWidth(), width),
        tensors.matrix(prefix + "attn_k.weight", shape.keyValueWidth(), width),
        tensors.matrix(prefix + "attn_v.weight", shape.keyValueWidth(), width),
        tensors.matrix(prefix + "attn_output.weight", width, shape.queryWidth()),
        tensors.vector(prefix + "ffn_norm.weight", width),
        tensors.matrix(prefix + "ffn_gate.weight", inner, width),
        tensors.matrix(prefix + "ffn_up.weight", inner, width),
        tensors.matrix(prefix + "ffn_down.weight", width, inner));
  }
}
