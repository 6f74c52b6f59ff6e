package exacta.gateway;

import java.util.ArrayList;
import java.util.List;

/**
 * A part of an answer as clients get it.
 *
 * @param firstCall how many calls the answer had before these
 * @param tokens that these texts and calls consist of
 */
record AnswerPart(String text, int firstCall, List<FunctionCall> calls, List<ScoredToken> tokens) {
  static final AnswerPart NOTHING = new AnswerPart("", 0, List.of(), List.of());

  /** All of an answer, of its parts. */
  static AnswerPart whole(List<AnswerPart> parts) {
    StringBuilder text = new StringBuilder();
    List<FunctionCall> calls = new ArrayList<>();
    List<ScoredToken> tokens = new ArrayList<>();
    for (AnswerPart part : parts) {
      text.append(part.text());
      calls.addAll(part.calls());
      tokens.addAll(part.tokens());
    }
    return new AnswerPart(text.toString(), 0, calls, tokens);
  }
}
