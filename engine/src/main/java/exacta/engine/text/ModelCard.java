package exacta.engine.text;

import exacta.engine.gguf.Gguf;
import exacta.engine.gguf.GgufMetadata;
import exacta.engine.template.Rendering;
import exacta.engine.template.Template;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What can be known of a model without its weights: everything between text and tokens. Immutable
 * and safe for many threads. Spec: models.md#card.
 */
public final class ModelCard {
  /** What no model's position exceeds here. Spec: arithmetic.md#rope. */
  private static final int CONTEXT_MAX = 1 << 19;

  /** Control tokens that end an answer wherever they occur. */
  private static final List<String> END_NAMES =
      List.of(
          "<|endoftext|>",
          "<|im_end|>",
          "<|eot_id|>",
          "<|eom_id|>",
          "<|end_of_text|>",
          "<|end|>",
          "<|return|>",
          "<end_of_turn>",
          "<end_of_utterance>",
          "<EOT>",
          "_<EOT>",
          "<｜end▁of▁sentence｜>");

  private static final List<String> END_KEYS = List.of("eot_token_id", "eom_token_id");

  private final byte[] bytes;
  private final GgufMetadata metadata;
  private final String architecture;
  private final int contextLength;
  private final Tokenizer tokenizer;
  private final Optional<ChatTemplate> chatTemplate;
  private final SortedSet<Integer> endTokens;

  private ModelCard(String source, Gguf gguf) {
    bytes = gguf.headerBytes();
    metadata = gguf.metadata();
    architecture = metadata.requireText("general.architecture");
    contextLength = contextLength(metadata);
    tokenizer = new Tokenizer(source, metadata);
    endTokens = endTokens(metadata, tokenizer);
    chatTemplate =
        metadata
            .text("tokenizer.chat_template")
            .map(text -> new ChatTemplate(text, Template.parse(source, text), constants()));
  }

  /** Reads the bytes that a host sent; they must be exactly a card. */
  public static ModelCard of(byte[] bytes) {
    try (Gguf gguf = Gguf.ofCard("card", bytes)) {
      return new ModelCard("card", gguf);
    }
  }

  /**
   * The card of a file.
   *
   * @param source what messages call the file
   */
  public static ModelCard of(String source, Gguf gguf) {
    return new ModelCard(source, gguf);
  }

  /** What a card with this metadata gives as its {@link #contextLength()}. */
  public static int contextLength(GgufMetadata metadata) {
    String key = metadata.requireText("general.architecture") + ".context_length";
    return Math.min(CONTEXT_MAX, metadata.requireInteger(key, 1, Integer.MAX_VALUE));
  }

  /** What a card with this metadata gives as its {@link #vocabularySize()}. */
  public static int vocabularySize(GgufMetadata metadata) {
    return Vocabulary.size(metadata);
  }

  /** For example {@code llama}. */
  public String architecture() {
    return architecture;
  }

  /** What the file calls the model; free text. */
  public Optional<String> name() {
    return metadata.text("general.name");
  }

  /** The most tokens of prompt and answer together. */
  public int contextLength() {
    return contextLength;
  }

  public int vocabularySize() {
    return tokenizer.vocabularySize();
  }

  /** The tokens that end an answer, ascending. */
  public SortedSet<Integer> endTokens() {
    return new TreeSet<>(endTokens);
  }

  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** Empty for a model that is not made for conversations. */
  public Optional<ChatTemplate> chatTemplate() {
    return chatTemplate;
  }

  /** A copy of the card itself. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The prompt for the continuation of a client's text. */
  public int[] completionPrompt(String text) {
    return tokenizer.withBeginning(tokenizer.encode(text));
  }

  /** The prompt for the next answer in a conversation without tools. */
  public ChatPrompt chatPrompt(List<ChatMessage> messages) {
    return chatPrompt(Conversation.of(messages));
  }

  /** The prompt for the next answer in a conversation. */
  public ChatPrompt chatPrompt(Conversation conversation) {
    if (chatTemplate.isEmpty()) {
      return new ChatPrompt.Refused("this model has no chat template; use completions");
    }
    return switch (chatTemplate.get().render(conversation, true)) {
      case Rendering.Refused refused -> new ChatPrompt.Refused(refused.reason());
      case Rendering.Rendered rendered ->
          new ChatPrompt.Tokens(tokenizer.withBeginning(tokenizer.encode(rendered.pieces())));
    };
  }

  private Map<String, String> constants() {
    Map<String, String> constants = new HashMap<>();
    tokenizer.beginning().ifPresent(id -> constants.put("bos_token", tokenizer.name(id)));
    tokenizer.end().ifPresent(id -> constants.put("eos_token", tokenizer.name(id)));
    return constants;
  }

  private static SortedSet<Integer> endTokens(GgufMetadata metadata, Tokenizer tokenizer) {
    SortedSet<Integer> tokens = new TreeSet<>();
    tokenizer.end().ifPresent(tokens::add);
    for (String key : END_KEYS) {
      tokenizer.tokenId(metadata, key).ifPresent(tokens::add);
    }
    for (String name : END_NAMES) {
      OptionalInt id = tokenizer.id(name);
      if (id.isPresent() && tokenizer.isControl(id.getAsInt())) {
        tokens.add(id.getAsInt());
      }
    }
    return tokens;
  }
}
