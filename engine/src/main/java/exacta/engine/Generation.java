package exacta.engine;

import exacta.primitives.Digest32;
import java.util.List;

/**
 * One answer, step by step. Used by one thread at a time; closing may be done by any. Spec:
 * generation.md.
 */
public sealed interface Generation extends AutoCloseable permits SoloGeneration, SharedGeneration {
  /**
   * Prepares an answer that is computed by itself, on the thread of whoever takes its steps, each a
   * bounded amount of work. {@link Batcher} computes many at once. What the text may go on with is
   * computed ahead, see {@link Drafter}.
   *
   * @throws IllegalArgumentException if the model cannot answer this request, see {@link
   *     Model#require}
   */
  static Generation begin(Model model, AnswerRequest request) {
    model.require(request);
    return new SoloGeneration(model, request, true);
  }

  /** The same, one token at a time, for comparisons. */
  static Generation withoutDrafts(Model model, AnswerRequest request) {
    model.require(request);
    return new SoloGeneration(model, request, false);
  }

  /**
   * An answer to nothing in particular. Going through its steps once lets the JIT compiler meet all
   * that an answer needs; without that, a process's first answer takes some seconds longer.
   */
  static Generation rehearsal(Model model) {
    int most = 96;
    int tokens = Math.min(most, model.contextLength() - 1);
    int answer = Math.min(most, model.contextLength() - tokens);
    Sampling sampling = new Sampling(1, 0, 0.95f, List.of());
    return begin(
        model, new AnswerRequest(new int[tokens], answer, sampling, Digest32.ZERO, new int[0]));
  }

  /** Reads some tokens of the prompt, or produces one token, or says that the answer has ended. */
  Step step();

  /** Over the states of the tokens that steps have produced. */
  Digest32 digest();

  /** Gives up what the answer holds; it has no further step. */
  @Override
  void close();
}
