package exacta.engine.text;

import exacta.engine.gguf.GgufMetadata;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Byte-pair encoding as SentencePiece does it: no words; a space is the character U+2581; of all
 * neighbours that together spell a token, those merge first whose token has the highest score. What
 * no token spells becomes the tokens of its bytes. Spec: models.md#sentence-piece.
 */
final class SentencePieceEncoder implements TextEncoder {
  private static final char SPACE = '▁';
  private static final int NAME_OF_BYTE_CHARS = 6;

  private final Vocabulary vocabulary;
  private final boolean spaceInFront;
  private final OptionalInt unknown;

  /** The higher a token's score, the lower its rank; equal scores have equal ranks. */
  private final int[] ranks;

  /** The token of each byte, or -1. */
  private final int[] byteTokens = new int[256];

  /** The most characters of a token. */
  private final int longest;

  SentencePieceEncoder(
      GgufMetadata metadata, Vocabulary vocabulary, boolean spaceInFront, OptionalInt unknown) {
    this.vocabulary = vocabulary;
    this.spaceInFront = spaceInFront;
    this.unknown = unknown;
    ranks = ranks(metadata, vocabulary.size());
    for (int value = 0; value < 256; value++) {
      byteTokens[value] = vocabulary.id(String.format("<0x%02X>", value)).orElse(-1);
    }
    int chars = 0;
    for (int token = 0; token < vocabulary.size(); token++) {
      String name = vocabulary.name(token);
      chars = Math.max(chars, name.length());
      if (vocabulary.kind(token) == Vocabulary.Kind.BYTE && byteOf(name) < 0) {
        throw metadata.wrong(
            Vocabulary.KEY + "tokens", "has a byte, number " + token + ", not named as <0xXX>");
      }
    }
    longest = chars;
  }

  private static int[] ranks(GgufMetadata metadata, int count) {
    String key = Vocabulary.KEY + "scores";
    float[] scores =
        metadata.reals(key, count).orElseThrow(() -> metadata.wrong(key, "is missing"));
    float[] ascending = new float[count];
    for (int i = 0; i < count; i++) {
      if (Float.isNaN(scores[i])) {
        throw metadata.wrong(key, "has no number at " + i);
      }
      // There are two zeros, and Arrays tells them apart; adding +0 leaves one.
      scores[i] += 0f;
      ascending[i] = scores[i];
    }
    Arrays.sort(ascending);
    int different = 0;
    for (int i = 0; i < count; i++) {
      if (i == 0 || ascending[i] != ascending[i - 1]) {
        ascending[different++] = ascending[i];
      }
    }
    int[] ranks = new int[count];
    for (int i = 0; i < count; i++) {
      ranks[i] = different - 1 - Arrays.binarySearch(ascending, 0, different, scores[i]);
    }
    return ranks;
  }

  /** The value of a name like {@code <0x0A>}, or -1. */
  private static int byteOf(String name) {
    boolean right = name.length() == NAME_OF_BYTE_CHARS && name.startsWith("<0x");
    int high = right ? Character.digit(name.charAt(3), 16) : -1;
    int low = right && name.endsWith(">") ? Character.digit(name.charAt(4), 16) : -1;
    return high < 0 || low < 0 ? -1 : 16 * high + low;
  }

  @Override
  public void encode(String text, boolean first, TokenBuffer out) {
    String spaced = first && spaceInFront ? " " + text : text;
    new Run(spaced.replace(' ', SPACE)).encode(out);
  }

  @Override
  public byte[] bytes(int token) {
    String name = vocabulary.name(token);
    return vocabulary.kind(token) == Vocabulary.Kind.BYTE
        ? new byte[] {(byte) byteOf(name)}
        : name.replace(SPACE, ' ').getBytes(StandardCharsets.UTF_8);
  }

  /** Encodes one text; one use, one thread. A symbol is a stretch of it. */
  private final class Run extends PairMerger {
    private final String text;
    private final int[] starts;
    private final int[] tokens;

    Run(String text) {
      this.text = text;
      int count = text.codePointCount(0, text.length());
      starts = new int[count];
      tokens = new int[count];
      int at = 0;
      for (int i = 0; i < count; i++) {
        starts[i] = at;
        int end = text.offsetByCodePoints(at, 1);
        tokens[i] = vocabulary.ordinary(text.substring(at, end));
        at = end;
      }
    }

    void encode(TokenBuffer out) {
      mergeAll(starts.length);
      for (int symbol = 0; symbol >= 0; symbol = next(symbol)) {
        if (tokens[symbol] >= 0) {
          out.add(tokens[symbol]);
        } else {
          fallBack(text.substring(starts[symbol], end(symbol)), out);
        }
      }
    }

    @Override
    int rank(int left, int right) {
      int token = tokenOf(left, right);
      return token < 0 ? -1 : ranks[token];
    }

    @Override
    void merge(int left, int right) {
      tokens[left] = tokenOf(left, right);
    }

    private int tokenOf(int left, int right) {
      int from = starts[left];
      int to = end(right);
      return to - from > longest ? -1 : vocabulary.ordinary(text.substring(from, to));
    }

    private int end(int symbol) {
      return next(symbol) < 0 ? text.length() : starts[next(symbol)];
    }
  }

  /** The bytes of a character that is no token; the unknown token if bytes aren't tokens either. */
  private void fallBack(String character, TokenBuffer out) {
    byte[] bytes = character.getBytes(StandardCharsets.UTF_8);
    for (byte value : bytes) {
      if (byteTokens[value & 0xff] < 0) {
        unknown.ifPresent(out::add);
        return;
      }
    }
    for (byte value : bytes) {
      out.add(byteTokens[value & 0xff]);
    }
  }
}
