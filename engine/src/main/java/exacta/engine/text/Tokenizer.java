package exacta.engine.text;

import exacta.engine.gguf.GgufMetadata;
import exacta.engine.template.Piece;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Byte-level byte-pair encoding as a model's card defines it. Immutable and safe for many threads.
 *
 * <p>Control tokens come only from text that a template wrote: what a client writes is always
 * encoded as the characters it consists of, even if they spell a control token. Spec:
 * models.md#tokenizer.
 */
public final class Tokenizer {
  private static final String KEY = "tokenizer.ggml.";
  private static final int VOCABULARY_MAX = 1 << 20;
  private static final long TYPE_UNKNOWN = 2;
  private static final long TYPE_CONTROL = 3;
  private static final long TYPE_USER_DEFINED = 4;

  /** A token whose text is recognized as a whole before words are cut. */
  private record Special(int id, String text, boolean control) {}

  private sealed interface Fragment {}

  private record Raw(String text, boolean fromTemplate) implements Fragment {}

  private record Ready(int token) implements Fragment {}

  private final PreTokenizer preTokenizer;
  private final boolean wholeWordsFirst;
  private final boolean addsBos;
  private final OptionalInt bos;
  private final List<String> names;
  private final Map<String, Integer> ids = new HashMap<>();
  private final long[] types;
  private final MergeTable merges;
  private final List<Special> specials = new ArrayList<>();

  /** The token, or the unmergeable symbol, of each byte. */
  private final int[] byteSymbols = new int[256];

  Tokenizer(String source, GgufMetadata metadata) {
    String model = metadata.requireText(KEY + "model");
    if (!model.equals("gpt2")) {
      throw metadata.wrong(KEY + "model", "is '" + model + "', and only 'gpt2' is supported");
    }
    String rule = metadata.requireText(KEY + "pre");
    preTokenizer = PreTokenizer.ofName(source, rule);
    wholeWordsFirst = preTokenizer == PreTokenizer.LLAMA3;
    names = metadata.requireTexts(KEY + "tokens");
    if (names.isEmpty() || names.size() > VOCABULARY_MAX) {
      throw metadata.wrong(KEY + "tokens", "has " + names.size() + " entries");
    }
    for (int id = 0; id < names.size(); id++) {
      if (names.get(id).isEmpty() || ids.putIfAbsent(names.get(id), id) != null) {
        throw metadata.wrong(KEY + "tokens", "has an empty or repeated entry, number " + id);
      }
    }
    types =
        metadata
            .integers(KEY + "token_type")
            .orElseThrow(() -> metadata.wrong(KEY + "token_type", "is missing"));
    if (types.length != names.size()) {
      throw metadata.wrong(KEY + "token_type", "has another length than the vocabulary");
    }
    merges = new MergeTable(source, metadata.requireTexts(KEY + "merges"), ids, names.size());
    bos = tokenId(metadata, "bos_token_id");
    addsBos =
        metadata.flag(KEY + "add_bos_token").orElse(preTokenizer == PreTokenizer.LLAMA3)
            && bos.isPresent();
    for (int value = 0; value < 256; value++) {
      byteSymbols[value] = ids.getOrDefault(ByteAlphabet.nameOf(value), names.size());
    }
    for (int id = 0; id < names.size(); id++) {
      boolean control = isControl(id);
      if (control || types[id] == TYPE_USER_DEFINED) {
        specials.add(new Special(id, names.get(id), control));
      }
    }
    specials.sort(
        Comparator.comparingInt((Special special) -> -special.text().length())
            .thenComparingInt(Special::id));
  }

  /** The number of tokens; ids run from 0 to one below it. */
  public int vocabularySize() {
    return names.size();
  }

  /** The tokens of a client's text, without a token for the beginning. */
  public int[] encode(String text) {
    return encode(List.of(new Piece(text, false)));
  }

  /** The tokens of a template's output, control tokens of its own text included. */
  public int[] encode(List<Piece> pieces) {
    TokenBuffer out = new TokenBuffer();
    StringBuilder run = new StringBuilder();
    WordEncoder words = new WordEncoder();
    for (Fragment fragment : partition(pieces)) {
      switch (fragment) {
        case Raw raw -> run.append(raw.text());
        case Ready ready -> {
          words.encode(run, out);
          run.setLength(0);
          out.add(ready.token());
        }
      }
    }
    words.encode(run, out);
    return out.toArray();
  }

  /** The tokens with the one for the beginning in front, where the model wants it and lacks it. */
  int[] withBeginning(int[] tokens) {
    if (!addsBos || tokens.length > 0 && tokens[0] == bos.orElseThrow()) {
      return tokens;
    }
    int[] result = new int[tokens.length + 1];
    result[0] = bos.orElseThrow();
    System.arraycopy(tokens, 0, result, 1, tokens.length);
    return result;
  }

  /** The id of the token with this name, for control tokens their text. */
  public OptionalInt id(String name) {
    Integer id = ids.get(name);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** A token's name: for control tokens their text, for others its bytes in printable letters. */
  public String name(int token) {
    return names.get(token);
  }

  /** Whether the token steers the model and stands for no text. */
  public boolean isControl(int token) {
    return types[token] == TYPE_CONTROL || types[token] == TYPE_UNKNOWN;
  }

  /** The bytes that a token stands for; none for a control token. */
  public byte[] bytes(int token) {
    if (isControl(token)) {
      return new byte[0];
    }
    return types[token] == TYPE_USER_DEFINED
        ? names.get(token).getBytes(StandardCharsets.UTF_8)
        : ByteAlphabet.bytesOf(names.get(token));
  }

  /** A token id that the card names, checked against the vocabulary. */
  OptionalInt tokenId(GgufMetadata metadata, String key) {
    if (metadata.integer(KEY + key).isEmpty()) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(metadata.requireInteger(KEY + key, 0, names.size() - 1));
  }

  /** Longest special tokens first, each in all that the earlier ones left. */
  private List<Fragment> partition(List<Piece> pieces) {
    List<Fragment> fragments = new ArrayList<>();
    for (Piece piece : pieces) {
      fragments.add(new Raw(piece.text(), piece.fromTemplate()));
    }
    for (Special special : specials) {
      List<Fragment> finer = new ArrayList<>(fragments.size());
      for (Fragment fragment : fragments) {
        if (fragment instanceof Raw raw && (raw.fromTemplate() || !special.control())) {
          cut(raw, special, finer);
        } else {
          finer.add(fragment);
        }
      }
      fragments = finer;
    }
    return fragments;
  }

  private static void cut(Raw raw, Special special, List<Fragment> out) {
    int from = 0;
    int found = raw.text().indexOf(special.text());
    if (found < 0) {
      out.add(raw);
      return;
    }
    while (found >= 0) {
      if (found > from) {
        out.add(new Raw(raw.text().substring(from, found), raw.fromTemplate()));
      }
      out.add(new Ready(special.id()));
      from = found + special.text().length();
      found = raw.text().indexOf(special.text(), from);
    }
    if (from < raw.text().length()) {
      out.add(new Raw(raw.text().substring(from), raw.fromTemplate()));
    }
  }

  /** Cuts text without special tokens into words and merges each; one use, one thread. */
  private final class WordEncoder {
    private final BytePairMerger merger = new BytePairMerger(merges);
    private final TokenBuffer symbols = new TokenBuffer();
    private final StringBuilder name = new StringBuilder();

    void encode(CharSequence text, TokenBuffer out) {
      int[] codePoints = text.codePoints().toArray();
      int at = 0;
      while (at < codePoints.length) {
        int end = preTokenizer.wordEnd(codePoints, at, codePoints.length);
        word(codePoints, at, end, out);
        at = end;
      }
    }

    private void word(int[] codePoints, int from, int to, TokenBuffer out) {
      symbols.clear();
      name.setLength(0);
      for (int i = from; i < to; i++) {
        utf8(codePoints[i]);
      }
      if (wholeWordsFirst) {
        Integer whole = ids.get(name.toString());
        if (whole != null) {
          out.add(whole);
          return;
        }
      }
      merger.merge(symbols.unsafeArray(), symbols.size(), out);
    }

    /** Half a surrogate pair becomes the replacement character. */
    private void utf8(int codePoint) {
      int c = codePoint >= 0xd800 && codePoint < 0xe000 ? 0xfffd : codePoint;
      if (c < 0x80) {
        add(c);
      } else if (c < 0x800) {
        add(0xc0 | c >> 6);
        add(0x80 | c & 0x3f);
      } else if (c < 0x10000) {
        add(0xe0 | c >> 12);
        add(0x80 | c >> 6 & 0x3f);
        add(0x80 | c & 0x3f);
      } else {
        add(0xf0 | c >> 18);
        add(0x80 | c >> 12 & 0x3f);
        add(0x80 | c >> 6 & 0x3f);
        add(0x80 | c & 0x3f);
      }
    }

    private void add(int value) {
      symbols.add(byteSymbols[value]);
      if (wholeWordsFirst) {
        name.append(ByteAlphabet.nameOf(value));
      }
    }
  }
}
