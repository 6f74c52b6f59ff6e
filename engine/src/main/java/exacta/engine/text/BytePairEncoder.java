package exacta.engine.text;

import exacta.engine.gguf.GgufMetadata;
import java.util.Arrays;
import java.util.List;

/**
 * Byte-level byte-pair encoding: text is cut into words, and in each word bytes merge by the listed
 * merges. Spec: models.md#byte-pairs.
 */
final class BytePairEncoder implements TextEncoder {
  /** Real vocabularies have up to three merges for a token; far more would fill the memory. */
  private static final long MERGES_PER_TOKEN = 8;

  private static final long MERGES_FEW = 1024;

  private final Vocabulary vocabulary;
  private final PreTokenizer preTokenizer;
  private final MergeTable merges;

  /** The token, or the unmergeable symbol, of each byte. */
  private final int[] byteSymbols = new int[256];

  BytePairEncoder(
      String source, GgufMetadata metadata, Vocabulary vocabulary, PreTokenizer preTokenizer) {
    this.vocabulary = vocabulary;
    this.preTokenizer = preTokenizer;
    merges = new MergeTable(source, merges(metadata, vocabulary.size()), vocabulary);
    for (int value = 0; value < 256; value++) {
      int token = vocabulary.ordinary(ByteAlphabet.nameOf(value));
      byteSymbols[value] = token < 0 ? vocabulary.size() : token;
    }
  }

  private static List<String> merges(GgufMetadata metadata, int tokens) {
    String key = Vocabulary.KEY + "merges";
    List<String> merges = metadata.requireTexts(key);
    if (merges.size() > Math.max(MERGES_FEW, MERGES_PER_TOKEN * tokens)) {
      throw metadata.wrong(key, "has " + merges.size() + " entries for " + tokens + " tokens");
    }
    return merges;
  }

  @Override
  public void encode(String text, boolean first, TokenBuffer out) {
    new Run(out).encode(text);
  }

  @Override
  public byte[] bytes(int token) {
    return ByteAlphabet.bytesOf(vocabulary.name(token));
  }

  /** Encodes one text; one use, one thread. */
  private final class Run extends PairMerger {
    private final TokenBuffer out;
    private final StringBuilder name = new StringBuilder();
    private int[] symbols = new int[64];
    private int count;

    Run(TokenBuffer out) {
      this.out = out;
    }

    void encode(String text) {
      int[] codePoints = text.codePoints().toArray();
      int from = 0;
      for (int to : preTokenizer.wordEnds(codePoints)) {
        word(codePoints, from, to);
        from = to;
      }
    }

    private void word(int[] codePoints, int from, int to) {
      count = 0;
      name.setLength(0);
      for (int i = from; i < to; i++) {
        utf8(codePoints[i]);
      }
      int whole = preTokenizer.wholeWordsFirst() ? vocabulary.ordinary(name.toString()) : -1;
      if (whole >= 0) {
        out.add(whole);
        return;
      }
      mergeAll(count);
      for (int i = 0; i >= 0; i = next(i)) {
        // A byte that the vocabulary lacks is left out.
        if (symbols[i] < vocabulary.size()) {
          out.add(symbols[i]);
        }
      }
    }

    @Override
    int rank(int left, int right) {
      return merges.rank(symbols[left], symbols[right]);
    }

    @Override
    void merge(int left, int right) {
      symbols[left] = merges.product(symbols[left], symbols[right]);
    }

    private void utf8(int c) {
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
      if (count == symbols.length) {
        symbols = Arrays.copyOf(symbols, 2 * count);
      }
      symbols[count++] = byteSymbols[value];
      if (preTokenizer.wholeWordsFirst()) {
        name.append(ByteAlphabet.characterOf(value));
      }
    }
  }
}
