package exacta.testkit;

import exacta.engine.gguf.BlockFormat;
import exacta.engine.gguf.GgufWriter;
import exacta.engine.gguf.TensorType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Language models of a few hundred kilobytes with random weights. They know every text (their
 * vocabulary has all bytes) and talk varied nonsense, the same for the same seed.
 */
public final class TinyModels {
  /** The architecture's name in all of them. */
  public static final String ARCHITECTURE = "llama";

  /** Positions that a tiny model can hold. */
  public static final int CONTEXT_LENGTH = 1024;

  private static final int WIDTH = 64;
  private static final int HEADS = 4;
  private static final int KEY_VALUE_HEADS = 2;
  private static final int HEAD_WIDTH = WIDTH / HEADS;
  private static final int FEED_FORWARD = 128;
  private static final int BLOCKS = 2;

  /** Tokens in front of the 256 bytes; the last one ends an answer. */
  private static final List<String> SPECIAL =
      List.of("<|endoftext|>", "<|im_start|>", "<|im_end|>");

  private static final int STOP = 2;
  private static final List<String> MERGES =
      List.of("h e", "t he", "Ġ the", "i n", "a n", "an d", "Ġ and", "o u", "e r");

  private static final String TEMPLATE =
      "{% for message in messages %}"
          + "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}"
          + "{% endfor %}"
          + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

  private TinyModels() {}

  /**
   * Writes a llama model with weights in all four formats (attention Q4_0, feed-forward Q4_1,
   * embedding Q8_0, norms F32), two blocks, a chat template and a stop token that is rare.
   */
  public static void llama(long seed, Path path) {
    Random random = new Random(seed);
    List<String> tokens = vocabulary();
    GgufWriter writer = new GgufWriter();
    writer
        .text("general.architecture", ARCHITECTURE)
        .text("general.name", "tiny llama " + seed)
        .integer("llama.block_count", BLOCKS)
        .integer("llama.context_length", CONTEXT_LENGTH)
        .integer("llama.embedding_length", WIDTH)
        .integer("llama.feed_forward_length", FEED_FORWARD)
        .integer("llama.attention.head_count", HEADS)
        .integer("llama.attention.head_count_kv", KEY_VALUE_HEADS)
        .real("llama.rope.freq_base", 10_000)
        .real("llama.attention.layer_norm_rms_epsilon", 1e-5f)
        .integer("llama.vocab_size", tokens.size())
        .integer("llama.rope.dimension_count", HEAD_WIDTH);
    tokenizer(writer, tokens);
    matrix(writer, random, "token_embd", TensorType.Q8_0, tokens.size(), WIDTH, 1);
    for (int block = 0; block < BLOCKS; block++) {
      block(writer, random, "blk." + block + ".");
    }
    norm(writer, random, "output_norm");
    output(writer, random, tokens.size());
    writer.write(path);
  }

  static void tokenizer(GgufWriter writer, List<String> tokens) {
    writer
        .text("tokenizer.ggml.model", "gpt2")
        .text("tokenizer.ggml.pre", "smollm")
        .texts("tokenizer.ggml.tokens", tokens)
        .integers("tokenizer.ggml.token_type", tokenTypes(tokens.size()))
        .texts("tokenizer.ggml.merges", MERGES)
        .integer("tokenizer.ggml.bos_token_id", 1)
        .integer("tokenizer.ggml.eos_token_id", STOP)
        .flag("tokenizer.ggml.add_bos_token", false)
        .text("tokenizer.chat_template", TEMPLATE);
  }

  private static void block(GgufWriter writer, Random random, String prefix) {
    int keyValueWidth = KEY_VALUE_HEADS * HEAD_WIDTH;
    double narrow = 2 / Math.sqrt(WIDTH);
    norm(writer, random, prefix + "attn_norm");
    matrix(writer, random, prefix + "attn_q", TensorType.Q4_0, WIDTH, WIDTH, narrow);
    matrix(writer, random, prefix + "attn_k", TensorType.Q4_0, keyValueWidth, WIDTH, narrow);
    matrix(writer, random, prefix + "attn_v", TensorType.Q4_0, keyValueWidth, WIDTH, narrow);
    matrix(writer, random, prefix + "attn_output", TensorType.Q4_0, WIDTH, WIDTH, narrow);
    norm(writer, random, prefix + "ffn_norm");
    matrix(writer, random, prefix + "ffn_gate", TensorType.Q4_1, FEED_FORWARD, WIDTH, narrow);
    matrix(writer, random, prefix + "ffn_up", TensorType.Q4_1, FEED_FORWARD, WIDTH, narrow);
    matrix(writer, random, prefix + "ffn_down", TensorType.Q4_1, WIDTH, FEED_FORWARD, narrow);
  }

  /**
   * The stop token's row is zero, so its logit is 0, far below the largest of the others: it ends
   * an answer seldom, and never a greedy one.
   */
  private static void output(GgufWriter writer, Random random, int tokens) {
    float[] values = gaussian(random, tokens * WIDTH, 2.5 / Math.sqrt(WIDTH));
    for (int special = 0; special < SPECIAL.size(); special++) {
      for (int i = 0; i < WIDTH; i++) {
        values[special * WIDTH + i] = 0;
      }
    }
    add(writer, "output.weight", TensorType.Q8_0, List.of((long) WIDTH, (long) tokens), values);
  }

  private static void matrix(
      GgufWriter writer,
      Random random,
      String name,
      TensorType type,
      int rows,
      int columns,
      double deviation) {
    float[] values = gaussian(random, rows * columns, deviation);
    add(writer, name + ".weight", type, List.of((long) columns, (long) rows), values);
  }

  private static void norm(GgufWriter writer, Random random, String name) {
    float[] values = new float[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      values[i] = 0.75f + 0.5f * random.nextFloat();
    }
    add(writer, name + ".weight", TensorType.F32, List.of((long) WIDTH), values);
  }

  private static void add(
      GgufWriter writer, String name, TensorType type, List<Long> dimensions, float[] values) {
    writer.tensor(name, type, dimensions, BlockFormat.encode(type, values));
  }

  private static float[] gaussian(Random random, int count, double deviation) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * deviation);
    }
    return values;
  }

  static List<String> vocabulary() {
    List<String> tokens = new ArrayList<>(SPECIAL);
    int unprintable = 0;
    for (int b = 0; b < 256; b++) {
      boolean printable = b > ' ' && b < 0x7f || b > 0xa0 && b != 0xad;
      tokens.add(Character.toString(printable ? b : 256 + unprintable++));
    }
    for (String merge : MERGES) {
      tokens.add(merge.replace(" ", ""));
    }
    return tokens;
  }

  /** 3 marks a control token, 1 an ordinary one. */
  private static int[] tokenTypes(int count) {
    int[] types = new int[count];
    for (int i = 0; i < count; i++) {
      types[i] = i < SPECIAL.size() ? 3 : 1;
    }
    return types;
  }
}
