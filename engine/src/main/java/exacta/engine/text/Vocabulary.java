package exacta.engine.text;

import exacta.engine.gguf.GgufMetadata;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The tokens that a card lists, checked: names are known and differ, and each has a kind.
 * Immutable. Spec: models.md#vocabulary.
 */
final class Vocabulary {
  /** What a token is for. */
  enum Kind {
    NORMAL,
    /** Stands for what the vocabulary cannot say. */
    UNKNOWN,
    CONTROL,
    USER_DEFINED,
    /** Stands for no text. */
    UNUSED,
    /** One byte, named {@code <0xXX>}. */
    BYTE
  }

  static final String KEY = "tokenizer.ggml.";
  private static final int SIZE_MAX = 1 << 20;
  private static final int NAME_CHARS_MAX = 4096;
  private static final int SPECIAL_CHARS_MAX = 256;
  private static final int SPECIALS_MAX = 1 << 16;

  /**
   * Names that are control tokens whatever a file calls them: files get it wrong, and a text must
   * never end an answer or begin a part of a prompt. Source: llama.cpp, llama-vocab.cpp.
   */
  private static final Set<String> CONTROL_NAMES =
      Set.of(
          "<|eot_id|>",
          "<|im_end|>",
          "<|end|>",
          "<|return|>",
          "<|call|>",
          "<end_of_turn>",
          "<|endoftext|>",
          "<|eom_id|>",
          "<EOT>",
          "_<EOT>",
          "<|end_of_text|>",
          "<end_of_utterance>",
          "<|fim_prefix|>",
          "<fim-prefix>",
          "<fim_prefix>",
          "<｜fim▁begin｜>",
          "<PRE>",
          "▁<PRE>",
          "<|code_prefix|>",
          "<|fim_suffix|>",
          "<fim-suffix>",
          "<fim_suffix>",
          "<｜fim▁hole｜>",
          "<SUF>",
          "▁<SUF>",
          "<|code_suffix|>",
          "<|fim_middle|>",
          "<fim-middle>",
          "<fim_middle>",
          "<｜fim▁end｜>",
          "<MID>",
          "▁<MID>",
          "<|code_middle|>",
          "<|fim_pad|>",
          "<fim-pad>",
          "<fim_pad>",
          "<PAD>",
          "<|fim_repo|>",
          "<|repo_name|>",
          "<fim-repo>",
          "<REPO>",
          "<reponame>",
          "<|file_sep|>",
          "<｜end▁of▁sentence｜>");

  private final List<String> names;
  private final Map<String, Integer> ids;
  private final Kind[] kinds;

  Vocabulary(GgufMetadata metadata) {
    names = metadata.requireTexts(KEY + "tokens");
    ids = HashMap.newHashMap(size(metadata));
    kinds = kinds(metadata, names.size());
    int specials = 0;
    for (int id = 0; id < names.size(); id++) {
      String name = names.get(id);
      if (name.length() > NAME_CHARS_MAX) {
        throw metadata.wrong(
            KEY + "tokens", "has a name of " + name.length() + " characters, number " + id);
      }
      if (name.isEmpty()) {
        kinds[id] = Kind.UNUSED;
        continue;
      }
      if (ids.putIfAbsent(name, id) != null) {
        throw metadata.wrong(KEY + "tokens", "has a repeated entry, number " + id);
      }
      if (CONTROL_NAMES.contains(name)) {
        kinds[id] = Kind.CONTROL;
      }
      if (isSpecial(id)) {
        specials++;
        if (name.length() > SPECIAL_CHARS_MAX) {
          throw metadata.wrong(
              KEY + "tokens", "has a special name of " + name.length() + " characters, " + id);
        }
      }
    }
    if (specials > SPECIALS_MAX) {
      throw metadata.wrong(KEY + "token_type", "makes " + specials + " tokens special");
    }
  }

  private static Kind[] kinds(GgufMetadata metadata, int count) {
    long[] types =
        metadata
            .integers(KEY + "token_type", count)
            .orElseThrow(() -> metadata.wrong(KEY + "token_type", "is missing"));
    Kind[] kinds = new Kind[count];
    for (int id = 0; id < count; id++) {
      boolean known = types[id] >= 1 && types[id] <= Kind.values().length;
      kinds[id] = known ? Kind.values()[(int) types[id] - 1] : Kind.UNUSED;
    }
    return kinds;
  }

  /** How many tokens the metadata lists; a FATAL error where there are none or too many. */
  static int size(GgufMetadata metadata) {
    int size = metadata.requireTexts(KEY + "tokens").size();
    if (size == 0 || size > SIZE_MAX) {
      throw metadata.wrong(KEY + "tokens", "has " + size + " entries, not 1 to " + SIZE_MAX);
    }
    return size;
  }

  int size() {
    return names.size();
  }

  OptionalInt id(String name) {
    Integer id = ids.get(name);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  String name(int token) {
    return names.get(token);
  }

  Kind kind(int token) {
    return kinds[token];
  }

  /** Whether the token steers the model and stands for no text. */
  boolean isControl(int token) {
    return kinds[token] == Kind.CONTROL || kinds[token] == Kind.UNKNOWN;
  }

  /** Whether the token's text is recognized as a whole. */
  boolean isSpecial(int token) {
    return isControl(token) || kinds[token] == Kind.USER_DEFINED;
  }

  /** The token that ordinary text of this spelling can become; -1 if there is none. */
  int ordinary(String name) {
    Integer id = ids.get(name);
    return id == null || isControl(id) || kinds[id] == Kind.BYTE ? -1 : id;
  }

  /** A token id that the card names, checked against the vocabulary. */
  OptionalInt idOf(GgufMetadata metadata, String key) {
    if (metadata.integer(KEY + key).isEmpty()) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(metadata.requireInteger(KEY + key, 0, names.size() - 1));
  }
}
