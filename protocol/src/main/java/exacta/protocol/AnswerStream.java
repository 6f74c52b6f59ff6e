package exacta.protocol;

import exacta.primitives.Check;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.protocol.v1.AnswerEnd;
import java.util.Arrays;
import java.util.Optional;

/**
 * All that one order has added to an answer, as it comes, and what receipts bind of it. One thread.
 * Spec: encoding.md#receipt.
 */
public final class AnswerStream {
  private final boolean tellsLikeliest;
  private int[] tokens = new int[64];
  private float[] logProbabilities = new float[64];
  private int count;

  /** Chained, so that whoever shows the answer later keeps 32 bytes of them. */
  private Digest32 likeliest = Hasher.of("likeliest-start").finish();

  /**
   * @param tellsLikeliest whether the request asks for the likeliest tokens
   */
  public AnswerStream(boolean tellsLikeliest) {
    this.tellsLikeliest = tellsLikeliest;
  }

  /**
   * The next token.
   *
   * @param likeliestTokens of its position; none if the request does not ask for any
   */
  public void add(
      int token, float logProbability, int[] likeliestTokens, float[] likeliestLogProbabilities) {
    Check.that(
        tellsLikeliest == likeliestTokens.length > 0,
        "the likeliest tokens are told if that was asked for");
    if (count == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * count);
      logProbabilities = Arrays.copyOf(logProbabilities, 2 * count);
    }
    tokens[count] = token;
    logProbabilities[count] = logProbability;
    count++;
    if (tellsLikeliest) {
      likeliest =
          Hasher.of("likeliest")
              .digest(likeliest)
              .tokens(likeliestTokens)
              .floats(likeliestLogProbabilities, 0, likeliestLogProbabilities.length)
              .finish();
    }
  }

  public int count() {
    return count;
  }

  /** The tokens from one on. */
  public int[] tokens(int from) {
    return Arrays.copyOfRange(tokens, from, count);
  }

  /** The log-probabilities of the tokens from one on. */
  public float[] logProbabilities(int from) {
    return Arrays.copyOfRange(logProbabilities, from, count);
  }

  /** What stands for the likeliest tokens of all positions, if the request asks for them. */
  public Optional<Digest32> likeliest() {
    return tellsLikeliest ? Optional.of(likeliest) : Optional.empty();
  }

  /** The hash of all of it, with this end. */
  public Digest32 hash(AnswerEnd end) {
    return tellsLikeliest
        ? Receipts.streamHash(tokens(0), logProbabilities(0), end, likeliest)
        : Receipts.streamHash(tokens(0), logProbabilities(0), end);
  }
}
