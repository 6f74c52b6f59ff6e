package exacta.engine;

import java.util.Optional;

/** What one step of an answer did. */
public sealed interface Step {
  /**
   * Some tokens of the prompt were read.
   *
   * @param done tokens read so far
   * @param total tokens to read before the first one is produced
   */
  record Prefilled(int done, int total) implements Step {}

  /**
   * One more token of the answer.
   *
   * @param likeliest as many as the request asks for
   * @param end present if it is the last one
   */
  record Produced(int token, float logProbability, Likeliest likeliest, Optional<End> end)
      implements Step {}

  /** The answer has ended, and this step added nothing. */
  record Ended(End end) implements Step {}
}
