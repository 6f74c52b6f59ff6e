package exacta.engine;

import exacta.engine.gguf.GgufMetadata;
import exacta.numerics.AttentionShape;
import exacta.numerics.KeyValueShape;

/**
 * The sizes of a model of the llama architecture, as its metadata gives them. Spec:
 * generation.md#shape.
 *
 * @param width of a state
 * @param feedForward width of the feed-forward part
 * @param epsilon of the norms
 */
record TransformerShape(
    int width,
    int layers,
    int feedForward,
    int vocabulary,
    int contextLength,
    AttentionShape attention,
    float epsilon,
    double ropeBase) {
  static final String ARCHITECTURE = "llama";
  private static final int WIDTH_MAX = 1 << 16;
  private static final int LAYERS_MAX = 1024;
  private static final float ROPE_BASE_DEFAULT = 10_000;

  /**
   * @throws exacta.primitives.ExactaException FATAL for a size that is missing, out of range, or
   *     that asks for more than this engine can do
   */
  static TransformerShape of(GgufMetadata metadata, int vocabulary, int contextLength) {
    int width = metadata.requireInteger("llama.embedding_length", 1, WIDTH_MAX);
    float epsilon = metadata.requireReal("llama.attention.layer_norm_rms_epsilon");
    if (!(epsilon >= 0 && epsilon <= 1)) {
      throw metadata.wrong("llama.attention.layer_norm_rms_epsilon", "is " + epsilon);
    }
    return new TransformerShape(
        width,
        metadata.requireInteger("llama.block_count", 1, LAYERS_MAX),
        metadata.requireInteger("llama.feed_forward_length", 1, WIDTH_MAX * 8),
        vocabulary,
        contextLength,
        attention(metadata, width),
        epsilon,
        ropeBase(metadata));
  }

  /** Refuses a file of another architecture. */
  static void requireArchitecture(GgufMetadata metadata) {
    String architecture = metadata.requireText("general.architecture");
    if (!architecture.equals(ARCHITECTURE)) {
      throw metadata.wrong(
          "general.architecture", "is '" + architecture + "', and only 'llama' is supported");
    }
  }

  private static AttentionShape attention(GgufMetadata metadata, int width) {
    String headsKey = "llama.attention.head_count";
    int heads = metadata.requireInteger(headsKey, 1, width);
    int keyValueHeads = optional(metadata, "llama.attention.head_count_kv", heads, heads);
    if (heads % keyValueHeads != 0) {
      throw metadata.wrong(
          "llama.attention.head_count_kv",
          "is " + keyValueHeads + ", which does not divide the " + heads + " heads");
    }
    if (metadata.integer("llama.attention.key_length").isEmpty() && width % heads != 0) {
      throw metadata.wrong(headsKey, "is " + heads + ", which does not divide the width " + width);
    }
    int size = optional(metadata, "llama.attention.key_length", width / heads, WIDTH_MAX);
    same(metadata, "llama.attention.value_length", size);
    same(metadata, "llama.rope.dimension_count", size);
    if (size % 2 != 0) {
      throw metadata.wrong(headsKey, "gives heads of the odd size " + size);
    }
    return AttentionShape.of(heads, keyValueHeads, size);
  }

  private static double ropeBase(GgufMetadata metadata) {
    String scaling = metadata.text("llama.rope.scaling.type").orElse("none");
    if (!scaling.equals("none")) {
      throw metadata.wrong(
          "llama.rope.scaling.type", "is '" + scaling + "', and scaling is not supported");
    }
    same(metadata, "llama.expert_count", 0);
    float base = metadata.real("llama.rope.freq_base").orElse(ROPE_BASE_DEFAULT);
    if (!(base >= 1 && base < Float.POSITIVE_INFINITY)) {
      throw metadata.wrong("llama.rope.freq_base", "is " + base);
    }
    return base;
  }

  private static int optional(GgufMetadata metadata, String key, int missing, int max) {
    return metadata.integer(key).isEmpty() ? missing : metadata.requireInteger(key, 1, max);
  }

  private static void same(GgufMetadata metadata, String key, int expected) {
    long value = metadata.integer(key).orElse((long) expected);
    if (value != expected) {
      throw metadata.wrong(key, "is " + value + ", and only " + expected + " is supported here");
    }
  }

  /** What is kept of each position. */
  KeyValueShape keyValues() {
    return new KeyValueShape(layers, attention.keyValueHeads(), attention.headSize());
  }

  int queryWidth() {
    return attention.heads() * attention.headSize();
  }

  int keyValueWidth() {
    return attention.keyValueHeads() * attention.headSize();
  }
}
