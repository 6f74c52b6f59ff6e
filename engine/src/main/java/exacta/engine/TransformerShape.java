package exacta.engine;

import exacta.engine.gguf.GgufMetadata;
import exacta.engine.text.ModelCard;
import exacta.numerics.AttentionShape;
import exacta.numerics.KeyValueShape;
import java.util.Optional;

/**
 * The sizes of a model, as its metadata gives them. Spec: generation.md#shape.
 *
 * @param width of a state
 * @param feedForward width of a feed-forward part without experts
 * @param experts empty for a model that has none
 * @param global what most models do in all layers: queries see all positions
 * @param local what layers with a window do; empty for a model that has none
 * @param epsilon of the norms
 * @param embeddingScale that embeddings are multiplied with
 */
record TransformerShape(
    Architecture architecture,
    int width,
    int layers,
    int feedForward,
    Optional<Experts> experts,
    int vocabulary,
    int contextLength,
    Attending global,
    Optional<Local> local,
    float epsilon,
    float embeddingScale) {
  private static final int WIDTH_MAX = 1 << 16;
  private static final int INNER_MAX = WIDTH_MAX * 8;
  private static final int HEAD_SIZE_MAX = 4096;
  private static final int LAYERS_MAX = 1024;
  private static final int EXPERTS_MAX = 1024;

  /** Local layers for each global one of gemma3, and this one more. */
  private static final int LOCAL_PATTERN = 6;

  private static final float LOCAL_BASE = 10_000;

  /** The one size of gemma3 whose scores are scaled in another way than by the size of a head. */
  private static final int GEMMA_27B_LAYERS = 62;

  /** What a layer's attention does. */
  record Attending(AttentionShape shape, RopeSettings rope) {}

  /**
   * Layers with a window.
   *
   * @param pattern every so many layers, the last one is global
   */
  record Local(Attending attending, int pattern) {}

  /**
   * @param used experts that a position goes through
   * @param feedForward width of one
   */
  record Experts(int count, int used, int feedForward) {}

  /**
   * @throws exacta.primitives.ExactaException FATAL for a size that is missing, out of range, or
   *     that asks for more than this engine can do
   */
  static TransformerShape of(GgufMetadata metadata) {
    int vocabulary = ModelCard.vocabularySize(metadata);
    Architecture architecture = Architecture.of(metadata);
    ShapeReader reader = new ShapeReader(metadata, architecture);
    int width = reader.integer("embedding_length", 1, WIDTH_MAX);
    int layers = reader.integer("block_count", 1, LAYERS_MAX);
    Optional<Experts> experts = experts(reader, architecture);
    AttentionShape heads = heads(reader, architecture, width, layers);
    int trained = reader.integer("context_length", 1, Integer.MAX_VALUE);
    Attending global = new Attending(heads, RopeSettings.of(reader, trained));
    TransformerShape shape =
        new TransformerShape(
            architecture,
            width,
            layers,
            experts.isPresent()
                ? reader.integer("feed_forward_length", 0, INNER_MAX, 0)
                : reader.integer("feed_forward_length", 1, INNER_MAX),
            experts,
            vocabulary,
            ModelCard.contextLength(metadata),
            global,
            local(reader, architecture, global, trained),
            reader.real("attention.layer_norm_rms_epsilon", 0, 1),
            embeddingScale(architecture, width));
    reader.same("vocab_size", vocabulary);
    reader.same("attention.causal", true);
    reader.same("attn_logit_softcapping", 0f);
    reader.same("final_logit_softcapping", 0f);
    reader.requireAllTaken();
    return shape;
  }

  private static Optional<Experts> experts(ShapeReader reader, Architecture architecture) {
    boolean always = architecture.has(Architecture.Trait.EXPERTS);
    int count = 0;
    if (always) {
      count = reader.integer("expert_count", 1, EXPERTS_MAX);
    } else if (architecture.has(Architecture.Trait.EXPERTS_MAY_BE)) {
      count = reader.integer("expert_count", 0, EXPERTS_MAX, 0);
    }
    if (count == 0) {
      reader.same("expert_count", 0);
      reader.same("expert_used_count", 0);
      return Optional.empty();
    }
    int used = reader.integer("expert_used_count", 1, count);
    int inner =
        always
            ? reader.integer("expert_feed_forward_length", 1, INNER_MAX)
            : reader.integer("feed_forward_length", 1, INNER_MAX);
    return Optional.of(new Experts(count, used, inner));
  }

  private static AttentionShape heads(
      ShapeReader reader, Architecture architecture, int width, int layers) {
    String headsKey = "attention.head_count";
    String sizeKey = "attention.key_length";
    int heads = reader.integer(headsKey, 1, width);
    int keyValueHeads = reader.integer("attention.head_count_kv", 1, heads, heads);
    if (heads % keyValueHeads != 0) {
      throw reader.wrong(
          "attention.head_count_kv",
          "is " + keyValueHeads + ", which does not divide the " + heads + " heads");
    }
    if (!reader.has(sizeKey) && width % heads != 0) {
      throw reader.wrong(headsKey, "is " + heads + ", which does not divide the width " + width);
    }
    int size = reader.integer(sizeKey, 1, HEAD_SIZE_MAX, width / heads);
    reader.same("attention.value_length", size);
    reader.same("rope.dimension_count", size);
    if (size % 2 != 0 || size > HEAD_SIZE_MAX) {
      throw reader.wrong(
          headsKey, "gives heads of the size " + size + ", which is odd or too large");
    }
    boolean byWidth = architecture == Architecture.GEMMA3 && layers == GEMMA_27B_LAYERS;
    int scaled = byWidth ? width / heads : size;
    float scale = 1 / (float) StrictMath.sqrt(scaled);
    return new AttentionShape(heads, keyValueHeads, size, scale, 0);
  }

  private static Optional<Local> local(
      ShapeReader reader, Architecture architecture, Attending global, int contextLength) {
    String windowKey = "attention.sliding_window";
    if (!architecture.has(Architecture.Trait.LOCAL_LAYERS)) {
      int window = reader.integer(windowKey, 0, Integer.MAX_VALUE, 0);
      if (window != 0 && window < contextLength) {
        throw reader.wrong(windowKey, "is " + window + ", and windows are not supported here");
      }
      return Optional.empty();
    }
    AttentionShape heads = global.shape();
    AttentionShape shape =
        new AttentionShape(
            heads.heads(),
            heads.keyValueHeads(),
            heads.headSize(),
            heads.scale(),
            reader.integer(windowKey, 1, Integer.MAX_VALUE));
    float base = reader.real("rope.freq_base_swa", 1, Float.MAX_VALUE, LOCAL_BASE);
    int pattern = reader.integer("attention.sliding_window_pattern", 1, LAYERS_MAX, LOCAL_PATTERN);
    RopeSettings rope =
        new RopeSettings(base, new RopeSettings.Scaling.None(), global.rope().lengthening());
    return Optional.of(new Local(new Attending(shape, rope), pattern));
  }

  private static float embeddingScale(Architecture architecture, int width) {
    return architecture.has(Architecture.Trait.SCALED_EMBEDDING)
        ? (float) StrictMath.sqrt(width)
        : 1;
  }

  /** Whether a layer sees a window only. */
  boolean isLocal(int layer) {
    return local.isPresent() && layer % local.get().pattern() < local.get().pattern() - 1;
  }

  /** What is kept of each position. */
  KeyValueShape keyValues() {
    return new KeyValueShape(layers, global.shape().keyValueHeads(), global.shape().headSize());
  }

  int queryWidth() {
    return global.shape().heads() * global.shape().headSize();
  }

  int keyValueWidth() {
    return global.shape().keyValueHeads() * global.shape().headSize();
  }
}
