package exacta.engine;

import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a model makes of a text: what it expects after the last token.
 *
 * @param logits of the last position
 * @param argmax the most likely next token
 * @param digest that of an answer of one token to this text. Spec: generation.md#digest
 */
public record Evaluation(float[] logits, int argmax, Digest32 digest) {

  /**
   * Computes the text as one sequence.
   *
   * @throws IllegalArgumentException if the text is empty or too long, or a token is none of the
   *     model's
   * @throws ExactaException FATAL if a number on the way is not finite
   */
  public static Evaluation of(Model model, int[] tokens) {
    Answer answer =
        new Answer(
            model, new AnswerRequest(tokens, 1, Sampling.greedy(), Digest32.ZERO, new int[0]));
    List<Evaluation> found = new ArrayList<>();
    int finite =
        model.read(
            tokens,
            tokens.length - 1,
            (_, state, logits) -> {
              if (answer.add(state, logits) instanceof Step.Produced next) {
                found.add(new Evaluation(logits, next.token(), answer.digest()));
              }
            });
    if (found.isEmpty()) {
      throw ExactaException.fatal(
          "position "
              + Math.min(finite, tokens.length - 1)
              + " of the text leads to a number that is not finite; the model cannot compute it");
    }
    return found.getFirst();
  }
}
