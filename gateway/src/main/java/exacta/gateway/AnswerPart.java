package exacta.gateway;

import java.util.ArrayList;
import java.util.List;

/**
 * A part of an answer as clients get it.
 *
 * @param tokens that these texts and calls consist of
 */
record AnswerPart(String text, List<CallPart> calls, List<ScoredToken> tokens) {
  static final AnswerPart NOTHING = new AnswerPart("", List.of(), List.of());

  /** All of an answer, of its parts. */
  static AnswerPart whole(List<AnswerPart> parts) {
    StringBuilder text = new StringBuilder();
    List<CallPart> calls = new ArrayList<>();
    List<ScoredToken> tokens = new ArrayList<>();
    for (AnswerPart part : parts) {
      text.append(part.text());
      tokens.addAll(part.tokens());
      for (CallPart call : part.calls()) {
        calls.add(call.isBeginning() ? call : calls.removeLast().with(call));
      }
    }
    return new AnswerPart(text.toString(), calls, tokens);
  }
}
