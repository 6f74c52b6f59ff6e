package exacta.engine;

import exacta.primitives.Digest32;

/**
 * All that an answer depends on, but the model. The arrays are not copied; whoever hands them over
 * leaves them alone.
 *
 * @param prompt at least one token
 * @param maxTokens of the whole answer, those it had before included; at least 1
 * @param key of the sampler's random numbers
 * @param had the answer's first tokens, which somebody else has produced already
 */
public record AnswerRequest(
    int[] prompt, int maxTokens, Sampling sampling, Digest32 key, int[] had) {

  /**
   * @throws IllegalArgumentException with what is wrong
   */
  public AnswerRequest {
    if (prompt.length == 0) {
      throw new IllegalArgumentException("a prompt has at least one token");
    }
    if (maxTokens < 1) {
      throw new IllegalArgumentException("max tokens is at least 1, not " + maxTokens);
    }
    if (had.length > maxTokens) {
      throw new IllegalArgumentException(
          had.length + " tokens were had already, of an answer of at most " + maxTokens);
    }
  }

  /** Where the token that follows the prompt and what was had sits. */
  public int firstPosition() {
    return prompt.length + had.length;
  }

  /** Tokens that the answer may still get. */
  int tokensLeft() {
    return maxTokens - had.length;
  }
}
