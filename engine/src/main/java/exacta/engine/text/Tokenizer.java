package exacta.engine.text;

import exacta.engine.gguf.GgufMetadata;
import exacta.engine.template.Piece;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * Between text and tokens, as a model's card defines it. Immutable and safe for many threads.
 *
 * <p>Control tokens come only from text that a template wrote: what a client writes is always
 * encoded as the characters it consists of, even if they spell a control token. Spec:
 * models.md#tokenizer.
 */
public final class Tokenizer {
  private static final String KEY = Vocabulary.KEY;

  /** What a file of SentencePiece's kind means if it doesn't name these tokens. */
  private static final int UNKNOWN_DEFAULT = 0;

  private static final int BEGINNING_DEFAULT = 1;
  private static final int END_DEFAULT = 2;

  private final Vocabulary vocabulary;
  private final SpecialTokens specials;
  private final TextEncoder encoder;
  private final OptionalInt beginning;
  private final OptionalInt end;
  private final boolean addsBeginning;
  private final boolean spaceInFront;

  Tokenizer(String source, GgufMetadata metadata) {
    vocabulary = new Vocabulary(metadata);
    specials = new SpecialTokens(vocabulary, stripsRight(metadata));
    String model = metadata.requireText(KEY + "model");
    boolean pieces = model.equals("llama");
    if (!pieces && !model.equals("gpt2")) {
      throw metadata.wrong(
          KEY + "model", "is '" + model + "', and only 'gpt2' and 'llama' are supported");
    }
    beginning = idOr(metadata, "bos_token_id", pieces, BEGINNING_DEFAULT);
    end = idOr(metadata, "eos_token_id", pieces, END_DEFAULT);
    spaceInFront = metadata.flag(KEY + "add_space_prefix").orElse(true) && pieces;
    boolean usual;
    if (pieces) {
      OptionalInt unknown = idOr(metadata, "unknown_token_id", true, UNKNOWN_DEFAULT);
      encoder = new SentencePieceEncoder(metadata, vocabulary, spaceInFront, unknown);
      usual = true;
    } else {
      PreTokenizer preTokenizer =
          PreTokenizer.ofName(source, metadata.text(KEY + "pre").orElse(""));
      encoder = new BytePairEncoder(source, metadata, vocabulary, preTokenizer);
      usual = preTokenizer.addsBeginning();
    }
    addsBeginning = metadata.flag(KEY + "add_bos_token").orElse(usual) && beginning.isPresent();
  }

  /** Files do not say this of their tokens; it is known of the models of this name only. */
  private static boolean stripsRight(GgufMetadata metadata) {
    String name = metadata.text("general.name").orElse("").toLowerCase(Locale.ROOT);
    return name.contains("phi-3") || name.contains("phi3");
  }

  private OptionalInt idOr(GgufMetadata metadata, String key, boolean hasDefault, int defaultId) {
    OptionalInt id = vocabulary.idOf(metadata, key);
    return id.isEmpty() && hasDefault && defaultId < vocabulary.size()
        ? OptionalInt.of(defaultId)
        : id;
  }

  /** The number of tokens; ids run from 0 to one below it. */
  public int vocabularySize() {
    return vocabulary.size();
  }

  /** The tokens of a client's text, without a token for the beginning. */
  public int[] encode(String text) {
    return encode(List.of(new Piece(text, false)));
  }

  /** The tokens of a template's output, control tokens of its own text included. */
  public int[] encode(List<Piece> pieces) {
    StringBuilder text = new StringBuilder();
    BitSet fromTemplate = new BitSet();
    for (Piece piece : pieces) {
      int from = text.length();
      text.append(piece.text());
      fromTemplate.set(from, text.length(), piece.fromTemplate());
    }
    TokenBuffer out = new TokenBuffer();
    specials.cut(
        wellFormed(text),
        fromTemplate,
        new SpecialTokens.Parts() {
          private boolean first = true;

          @Override
          public void text(String part) {
            encoder.encode(part, first, out);
            first = false;
          }

          @Override
          public void token(int id) {
            out.add(id);
            first = true;
          }
        });
    return out.toArray();
  }

  /** The same with the replacement character for each half of a surrogate pair. */
  private static String wellFormed(StringBuilder text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (pair) {
        i++;
      } else if (Character.isSurrogate(c)) {
        text.setCharAt(i, '\ufffd');
      }
    }
    return text.toString();
  }

  /** The tokens with the one for the beginning in front, where the model wants it and lacks it. */
  int[] withBeginning(int[] tokens) {
    if (!addsBeginning || tokens.length > 0 && tokens[0] == beginning.orElseThrow()) {
      return tokens;
    }
    int[] result = new int[tokens.length + 1];
    result[0] = beginning.orElseThrow();
    System.arraycopy(tokens, 0, result, 1, tokens.length);
    return result;
  }

  /** The token that texts begin with, whether or not it is put in front. */
  OptionalInt beginning() {
    return beginning;
  }

  /** The token that texts end with. */
  OptionalInt end() {
    return end;
  }

  /** Whether a text gets a space in front, which is taken off again on the way back. */
  boolean putsSpaceInFront() {
    return spaceInFront;
  }

  /** The id of the token with this name, for control tokens their text. */
  public OptionalInt id(String name) {
    return vocabulary.id(name);
  }

  /** A token's name: for control tokens their text, for others as the vocabulary spells them. */
  public String name(int token) {
    return vocabulary.name(token);
  }

  /** Whether the token steers the model and stands for no text. */
  public boolean isControl(int token) {
    return vocabulary.isControl(token);
  }

  /** The bytes that a token stands for; none for a control token. */
  public byte[] bytes(int token) {
    return switch (vocabulary.kind(token)) {
      case CONTROL, UNKNOWN, UNUSED -> new byte[0];
      case USER_DEFINED -> vocabulary.name(token).getBytes(StandardCharsets.UTF_8);
      case NORMAL, BYTE -> encoder.bytes(token);
    };
  }

  /** A token id that the card names, checked against the vocabulary. */
  OptionalInt tokenId(GgufMetadata metadata, String key) {
    return vocabulary.idOf(metadata, key);
  }
}
