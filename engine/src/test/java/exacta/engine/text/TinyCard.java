package exacta.engine.text;

import exacta.engine.gguf.Gguf;
import exacta.engine.gguf.GgufWriter;
import exacta.engine.gguf.TensorType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Cards with all bytes, a few merges and a few special tokens. */
final class TinyCard {
  static final int END_OF_TEXT = 0;
  static final int START = 1;
  static final int END = 2;
  static final int SPACES = 3;
  static final List<String> MERGES =
      List.of("l l", "h e", "ll o", "he llo", "Ġ hello", "1 2", "Ã ©", "a b", "b c", "ab c");

  private TinyCard() {}

  static GgufWriter writer(String preTokenizer) {
    List<String> tokens = new ArrayList<>(List.of("<|endoftext|>", "<start>", "<end>", "    "));
    for (int value = 0; value < 256; value++) {
      if (value != 0xff) {
        tokens.add(ByteAlphabet.nameOf(value));
      }
    }
    MERGES.forEach(merge -> tokens.add(merge.replace(" ", "")));
    int[] types = new int[tokens.size()];
    for (int id = 0; id < types.length; id++) {
      types[id] = id < SPACES ? 3 : id == SPACES ? 4 : 1;
    }
    return new GgufWriter()
        .text("general.architecture", "llama")
        .text("general.name", "tiny")
        .integer("llama.context_length", 512)
        .text("tokenizer.ggml.model", "gpt2")
        .text("tokenizer.ggml.pre", preTokenizer)
        .texts("tokenizer.ggml.tokens", tokens)
        .integers("tokenizer.ggml.token_type", types)
        .texts("tokenizer.ggml.merges", MERGES)
        .integer("tokenizer.ggml.bos_token_id", START)
        .integer("tokenizer.ggml.eos_token_id", END)
        .flag("tokenizer.ggml.add_bos_token", false)
        .text(
            "tokenizer.chat_template",
            "{% for m in messages %}{{ '<start>' + m.role + '\n' + m.content + '<end>' }}"
                + "{% endfor %}{% if add_generation_prompt %}{{ bos_token }}a{% endif %}")
        .tensor("w", TensorType.F32, List.of(1L), new byte[4]);
  }

  static ModelCard card(GgufWriter writer, Path folder) {
    Path path = folder.resolve("tiny.gguf");
    writer.write(path);
    try (Gguf gguf = Gguf.open(path)) {
      return ModelCard.of(path.toString(), gguf);
    }
  }

  static List<String> names(Tokenizer tokenizer, int[] tokens) {
    List<String> names = new ArrayList<>();
    for (int token : tokens) {
      names.add(tokenizer.name(token));
    }
    return names;
  }
}
