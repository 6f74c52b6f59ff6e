package exacta.engine;

import exacta.engine.gguf.GgufMetadata;
import exacta.numerics.Kernels;
import exacta.numerics.RopeTable;
import java.util.Arrays;
import java.util.Set;

/**
 * A family of transformers: what its layers do, and how GGUF names it. A new family is a new
 * constant, as long as its parts are among these. Spec: generation.md#architectures.
 */
enum Architecture {
  LLAMA(
      "llama",
      RopeTable.Pairing.ADJACENT,
      Activation.SILU,
      Trait.BIASES_MAY_BE,
      Trait.ROPE_FACTORS_MAY_BE,
      Trait.EXPERTS_MAY_BE),
  QWEN2("qwen2", RopeTable.Pairing.HALVES, Activation.SILU, Trait.ATTENTION_BIASES),
  QWEN3("qwen3", RopeTable.Pairing.HALVES, Activation.SILU, Trait.HEAD_NORMS),
  QWEN3MOE("qwen3moe", RopeTable.Pairing.HALVES, Activation.SILU, Trait.HEAD_NORMS, Trait.EXPERTS),
  GEMMA3(
      "gemma3",
      RopeTable.Pairing.HALVES,
      Activation.GELU,
      Trait.HEAD_NORMS,
      Trait.POST_NORMS,
      Trait.SCALED_EMBEDDING,
      Trait.LOCAL_LAYERS);

  /** What the gate of a feed-forward part goes through. */
  enum Activation {
    SILU,
    GELU;

    /** gate = activation of gate, times up. */
    void gate(Kernels kernels, float[] gate, float[] up, int count) {
      switch (this) {
        case SILU -> kernels.swiGlu(gate, up, count, gate);
        case GELU -> kernels.geGlu(gate, up, count, gate);
      }
    }
  }

  /** What not every family does. */
  enum Trait {
    /** A norm over each head of the queries and keys, before they are rotated. */
    HEAD_NORMS,
    /** A norm of what attention and feed-forward add to the state. */
    POST_NORMS,
    /** Embeddings are multiplied with the root of the width. */
    SCALED_EMBEDDING,
    /** Most layers see a window only, and rotate in their own way. */
    LOCAL_LAYERS,
    /** Queries, keys and values have biases. */
    ATTENTION_BIASES,
    /** Any product of a layer has a bias if the file has one. */
    BIASES_MAY_BE,
    /** The pairs of a head are slowed down by factors of their own if the file has some. */
    ROPE_FACTORS_MAY_BE,
    /** The feed-forward part is a choice of experts. */
    EXPERTS,
    /** The feed-forward part is a choice of experts if the file says how many. */
    EXPERTS_MAY_BE
  }

  private final String key;
  private final RopeTable.Pairing pairing;
  private final Activation activation;
  private final Set<Trait> traits;

  Architecture(String key, RopeTable.Pairing pairing, Activation activation, Trait... traits) {
    this.key = key;
    this.pairing = pairing;
    this.activation = activation;
    this.traits = Set.of(traits);
  }

  /** Refuses a file of a family that is not here. */
  static Architecture of(GgufMetadata metadata) {
    String type = metadata.text("general.type").orElse("model");
    if (!type.equals("model")) {
      throw metadata.wrong("general.type", "is '" + type + "', so this is no language model");
    }
    String wanted = metadata.requireText("general.architecture");
    for (Architecture architecture : values()) {
      if (architecture.key.equals(wanted)) {
        return architecture;
      }
    }
    throw metadata.wrong(
        "general.architecture",
        "is '"
            + wanted
            + "', and only "
            + String.join(", ", Arrays.stream(values()).map(Architecture::key).toList())
            + " are supported");
  }

  /** The name in metadata, and what keys begin with. */
  String key() {
    return key;
  }

  RopeTable.Pairing pairing() {
    return pairing;
  }

  Activation activation() {
    return activation;
  }

  boolean has(Trait trait) {
    return traits.contains(trait);
  }

  /** Whether the products of a layer have biases where no other trait says so. */
  Projection.Bias bias() {
    return has(Trait.BIASES_MAY_BE) ? Projection.Bias.MAY_BE : Projection.Bias.NONE;
  }
}
