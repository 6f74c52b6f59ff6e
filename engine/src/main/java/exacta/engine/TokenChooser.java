package exacta.engine;

import exacta.engine.grammar.TokenFilter;
import exacta.numerics.Elementary;
import exacta.numerics.Kernels;
import exacta.numerics.LogitRange;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Chooses the tokens of one answer, position by position, and says how likely the model found them.
 * Used by one thread at a time. Spec: generation.md#sampler.
 */
final class TokenChooser {
  /**
   * What became of a position.
   *
   * @param token empty if a number is not finite; the log-probability says nothing then
   */
  record Choice(OptionalInt token, float logProbability, Likeliest likeliest) {
    static final Choice NONE = new Choice(OptionalInt.empty(), Float.NaN, Likeliest.NONE);
  }

  private final Kernels kernels;
  private final int vocabulary;
  private final Sampling sampling;
  private final LogitChanges changes;
  private final Sampler sampler;
  private final Optional<TokenFilter> filter;

  /** Logits of tokens that the filter lets through, and of the others an infinity that none is. */
  private final float[] filtered;

  /**
   * @param filter of an answer that is to fit a grammar
   */
  TokenChooser(
      Kernels kernels, int vocabulary, AnswerRequest request, Optional<TokenFilter> filter) {
    this.kernels = kernels;
    this.vocabulary = vocabulary;
    this.filter = filter;
    filtered = new float[filter.isPresent() ? vocabulary : 0];
    sampling = request.sampling();
    changes = new LogitChanges(sampling, vocabulary);
    sampler = new Sampler(kernels, sampling, request.key());
    for (int token : request.prompt()) {
      changes.occurs(token);
    }
    for (int token : request.had()) {
      follow(token);
    }
  }

  /** Whether any token can be followed, right or not; a grammar only takes what it allows. */
  static boolean followsAny(Sampling sampling) {
    return sampling.schema().isEmpty();
  }

  /** The answer goes on with this token. */
  void follow(int token) {
    changes.occurs(token);
    filter.ifPresent(tokens -> tokens.follow(token));
  }

  /**
   * Chooses the token of a position of the sequence, counted from the prompt's first.
   *
   * @param logits as the model gave them, from an index on; the same again afterwards
   */
  Choice choose(float[] logits, int at, int position) {
    LogitRange range = kernels.range(logits, at, vocabulary);
    if (!range.finite()) {
      return Choice.NONE;
    }
    float sum = kernels.sumOfExp(logits, at, vocabulary, range.largest());
    OptionalInt token =
        changes.isEmpty()
            ? choose(logits, at, range, position)
            : chooseChanged(logits, at, position);
    if (token.isEmpty()) {
      return Choice.NONE;
    }
    float logSum = Elementary.log(sum);
    float logit = logits[at + token.getAsInt()];
    Likeliest likeliest =
        Likeliest.of(logits, at, vocabulary, sampling.likeliest(), range.largest(), logSum);
    return new Choice(token, logit - range.largest() - logSum, likeliest);
  }

  private OptionalInt chooseChanged(float[] logits, int at, int position) {
    changes.apply(logits, at);
    LogitRange range = kernels.range(logits, at, vocabulary);
    OptionalInt token = range.finite() ? choose(logits, at, range, position) : OptionalInt.empty();
    changes.undo(logits, at);
    return token;
  }

  private OptionalInt choose(float[] logits, int at, LogitRange range, int position) {
    boolean greedy = sampling.temperature() == 0;
    if (filter.isEmpty() || greedy && filter.get().allows(range.mostLikely())) {
      return sampler.choose(logits, at, vocabulary, range, position);
    }
    if (!greedy && !Float.isFinite(range.largest() / sampling.temperature())) {
      return OptionalInt.empty(); // also where what became infinite may not come next
    }
    int mostLikely = filter(logits, at, filter.get().allowed());
    if (mostLikely < 0) {
      return OptionalInt.empty();
    }
    LogitRange rest = new LogitRange(true, range.smallest(), mostLikely, filtered[mostLikely]);
    return sampler.choose(filtered, 0, vocabulary, rest, position);
  }

  /** Keeps what is allowed; returns the likeliest of it, or -1 if there is none. */
  private int filter(float[] logits, int at, long[] allowed) {
    Arrays.fill(filtered, Float.NEGATIVE_INFINITY);
    int mostLikely = -1;
    for (int word = 0; word < allowed.length; word++) {
      for (long bits = allowed[word]; bits != 0; bits &= bits - 1) {
        int token = word * Long.SIZE + Long.numberOfTrailingZeros(bits);
        filtered[token] = logits[at + token];
        if (mostLikely < 0 || filtered[token] > filtered[mostLikely]) {
          mostLikely = token;
        }
      }
    }
    return mostLikely;
  }
}
