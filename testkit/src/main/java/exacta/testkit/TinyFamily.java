package exacta.testkit;

import exacta.engine.gguf.BlockFormat;
import exacta.engine.gguf.GgufWriter;
import exacta.engine.gguf.TensorType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Tiny random models of every architecture, and of what an architecture may do besides. They share
 * the tokenizer of {@link TinyModels}, and are the same for the same seed.
 */
public enum TinyFamily {
  LLAMA("llama"),
  LLAMA_FACTORS("llama", Part.FACTORS),
  LLAMA_LINEAR("llama", Part.LINEAR),
  LLAMA_BIASES("llama", Part.BIASES),
  LLAMA_EXPERTS("llama", Part.EXPERTS),
  QWEN2("qwen2", Part.ATTENTION_BIASES),
  QWEN2_YARN("qwen2", Part.ATTENTION_BIASES, Part.YARN, Part.TIED),
  QWEN3("qwen3", Part.HEAD_NORMS),
  QWEN3MOE("qwen3moe", Part.HEAD_NORMS, Part.EXPERTS),
  GEMMA3("gemma3", Part.HEAD_NORMS, Part.POST_NORMS, Part.WINDOW, Part.LINEAR, Part.TIED);

  private enum Part {
    FACTORS,
    LINEAR,
    YARN,
    BIASES,
    ATTENTION_BIASES,
    EXPERTS,
    HEAD_NORMS,
    POST_NORMS,
    WINDOW,
    TIED
  }

  private static final int WIDTH = 64;
  private static final int HEADS = 4;
  private static final int KEY_HEADS = 2;

  /** More than width / heads, so that a reader who derives it is found out. */
  private static final int HEAD_SIZE = 24;

  private static final int INNER = 96;
  private static final int EXPERTS = 5;
  private static final int USED = 2;
  private static final int LAYERS = 3;

  /** Every third layer is global, so that a tiny model has both kinds. */
  private static final int PATTERN = 3;

  private static final int WINDOW = 20;
  private static final int CONTEXT = 1024;

  private final String architecture;
  private final Set<Part> parts;

  TinyFamily(String architecture, Part... parts) {
    this.architecture = architecture;
    this.parts = Set.of(parts);
  }

  /** Writes a model, replacing a file that is there. */
  public void write(long seed, Path path) {
    writer(seed).write(path);
  }

  /** A model that is not written yet, so that a test can spoil it. */
  public GgufWriter writer(long seed) {
    GgufWriter writer = new GgufWriter();
    metadata(writer);
    TinyModels.tokenizer(writer, TinyModels.vocabulary());
    new Tensors(writer, new Random(seed ^ (long) ordinal() << 32)).all();
    return writer;
  }

  private void metadata(GgufWriter writer) {
    writer
        .text("general.architecture", architecture)
        .text("general.name", "tiny " + name())
        .integer(architecture + ".block_count", LAYERS)
        .integer(architecture + ".context_length", CONTEXT)
        .integer(architecture + ".embedding_length", WIDTH)
        .integer(architecture + ".feed_forward_length", INNER)
        .integer(architecture + ".attention.head_count", HEADS)
        .integer(architecture + ".attention.head_count_kv", KEY_HEADS)
        .integer(architecture + ".attention.key_length", HEAD_SIZE)
        .integer(architecture + ".attention.value_length", HEAD_SIZE)
        .real(architecture + ".attention.layer_norm_rms_epsilon", 1e-6f)
        .real(architecture + ".rope.freq_base", 100_000);
    if (has(Part.LINEAR) || has(Part.YARN)) {
      writer
          .text(architecture + ".rope.scaling.type", has(Part.YARN) ? "yarn" : "linear")
          .real(architecture + ".rope.scaling.factor", 4)
          .integer(architecture + ".rope.scaling.original_context_length", CONTEXT / 4);
    }
    if (has(Part.EXPERTS)) {
      writer
          .integer(architecture + ".expert_count", EXPERTS)
          .integer(architecture + ".expert_used_count", USED);
      if (architecture.equals("qwen3moe")) {
        writer.integer(architecture + ".expert_feed_forward_length", INNER);
      }
    }
    if (has(Part.WINDOW)) {
      writer
          .integer(architecture + ".attention.sliding_window", WINDOW)
          .integer(architecture + ".attention.sliding_window_pattern", PATTERN);
    }
  }

  private boolean has(Part part) {
    return parts.contains(part);
  }

  /** Draws the tensors one after the other. */
  private final class Tensors {
    private final GgufWriter writer;
    private final Random random;

    Tensors(GgufWriter writer, Random random) {
      this.writer = writer;
      this.random = random;
    }

    void all() {
      int tokens = TinyModels.vocabulary().size();
      // Where embeddings are scaled up and read out again, larger ones would only repeat
      // themselves.
      matrix("token_embd", TensorType.Q8_0, has(Part.WINDOW) ? 0.5 : 3, WIDTH, tokens);
      if (has(Part.FACTORS)) {
        vector("rope_freqs.weight", HEAD_SIZE / 2, 1, 8);
      }
      for (int layer = 0; layer < LAYERS; layer++) {
        String prefix = "blk." + layer + ".";
        attention(prefix);
        feedForward(prefix);
      }
      vector("output_norm.weight", WIDTH, 0.5f, 1.5f);
      if (!has(Part.TIED)) {
        matrix("output", TensorType.Q5_0, 2, WIDTH, tokens);
      }
    }

    private void attention(String prefix) {
      boolean biased = has(Part.BIASES) || has(Part.ATTENTION_BIASES);
      vector(prefix + "attn_norm.weight", WIDTH, 0.5f, 1.5f);
      product(prefix + "attn_q", TensorType.Q4_0, WIDTH, HEADS * HEAD_SIZE, biased);
      product(prefix + "attn_k", TensorType.Q5_1, WIDTH, KEY_HEADS * HEAD_SIZE, biased);
      product(prefix + "attn_v", TensorType.F16, WIDTH, KEY_HEADS * HEAD_SIZE, biased);
      product(prefix + "attn_output", TensorType.Q4_1, HEADS * HEAD_SIZE, WIDTH, has(Part.BIASES));
      if (has(Part.HEAD_NORMS)) {
        vector(prefix + "attn_q_norm.weight", HEAD_SIZE, 0.5f, 2);
        vector(prefix + "attn_k_norm.weight", HEAD_SIZE, 0.5f, 2);
      }
      if (has(Part.POST_NORMS)) {
        vector(prefix + "post_attention_norm.weight", WIDTH, 0.5f, 1.5f);
        vector(prefix + "post_ffw_norm.weight", WIDTH, 0.5f, 1.5f);
      }
    }

    private void feedForward(String prefix) {
      vector(prefix + "ffn_norm.weight", WIDTH, 0.5f, 1.5f);
      if (has(Part.EXPERTS)) {
        matrix(prefix + "ffn_gate_inp", TensorType.F32, 2, WIDTH, EXPERTS);
        matrix(prefix + "ffn_gate_exps", TensorType.Q8_0, 2, WIDTH, INNER, EXPERTS);
        matrix(prefix + "ffn_up_exps", TensorType.Q4_1, 2, WIDTH, INNER, EXPERTS);
        matrix(prefix + "ffn_down_exps", TensorType.BF16, 2, INNER, WIDTH, EXPERTS);
      } else {
        product(prefix + "ffn_gate", TensorType.Q8_0, WIDTH, INNER, has(Part.BIASES));
        product(prefix + "ffn_up", TensorType.Q4_1, WIDTH, INNER, has(Part.BIASES));
        product(prefix + "ffn_down", TensorType.BF16, INNER, WIDTH, has(Part.BIASES));
      }
    }

    private void product(String name, TensorType type, int cols, int rows, boolean biased) {
      matrix(name, type, 2, cols, rows);
      if (biased) {
        vector(name + ".bias", rows, -0.3f, 0.3f);
      }
    }

    private void matrix(String name, TensorType type, double gain, long... dimensions) {
      int count = 1;
      for (long dimension : dimensions) {
        count *= (int) dimension;
      }
      double deviation = gain / Math.sqrt(dimensions[0]);
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = (float) (random.nextGaussian() * deviation);
      }
      List<Long> list = Arrays.stream(dimensions).boxed().toList();
      writer.tensor(name + ".weight", type, list, BlockFormat.encode(type, values));
    }

    private void vector(String name, int size, float low, float high) {
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        values[i] = low + (high - low) * random.nextFloat();
      }
      writer.tensor(
          name, TensorType.F32, List.of((long) size), BlockFormat.encode(TensorType.F32, values));
    }
  }
}
