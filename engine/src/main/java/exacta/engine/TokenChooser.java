package exacta.engine;

import exacta.numerics.Elementary;
import exacta.numerics.Kernels;
import exacta.numerics.LogitRange;
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
  record Choice(OptionalInt token, float logProbability) {
    static final Choice NONE = new Choice(OptionalInt.empty(), Float.NaN);
  }

  private final Kernels kernels;
  private final int vocabulary;
  private final Sampling sampling;
  private final LogitChanges changes;
  private final Sampler sampler;

  TokenChooser(Kernels kernels, int vocabulary, AnswerRequest request) {
    this.kernels = kernels;
    this.vocabulary = vocabulary;
    sampling = request.sampling();
    changes = new LogitChanges(sampling, vocabulary);
    sampler = new Sampler(kernels, sampling, request.key());
    for (int token : request.prompt()) {
      changes.occurs(token);
    }
    for (int token : request.had()) {
      changes.occurs(token);
    }
  }

  /**
   * Whether choices depend on nothing but the position and its logits, so that many can be made at
   * once.
   */
  static boolean isMemoryless(Sampling sampling) {
    return sampling.penalties().isNone();
  }

  /** The answer goes on with this token. */
  void follow(int token) {
    changes.occurs(token);
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
            ? sampler.choose(logits, at, vocabulary, range, position)
            : changed(logits, at, position);
    if (token.isEmpty()) {
      return Choice.NONE;
    }
    float logit = logits[at + token.getAsInt()];
    return new Choice(token, logit - range.largest() - Elementary.log(sum));
  }

  private OptionalInt changed(float[] logits, int at, int position) {
    changes.apply(logits, at);
    LogitRange range = kernels.range(logits, at, vocabulary);
    OptionalInt token =
        range.finite()
            ? sampler.choose(logits, at, vocabulary, range, position)
            : OptionalInt.empty();
    changes.undo(logits, at);
    return token;
  }
}
