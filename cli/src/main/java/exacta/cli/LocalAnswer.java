package exacta.cli;

import exacta.engine.AnswerRequest;
import exacta.engine.End;
import exacta.engine.Generation;
import exacta.engine.Model;
import exacta.engine.Step;
import exacta.engine.text.Detokenizer;
import exacta.primitives.Digest32;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;

/**
 * An answer that this process computed.
 *
 * @param tokens the one that ended it included
 * @param text what they stand for
 */
record LocalAnswer(List<Integer> tokens, String text, End end, Digest32 digest) {

  /**
   * Computes all of an answer.
   *
   * @param pieces gets the text as it comes
   * @throws IllegalArgumentException if the model cannot answer this request
   */
  static LocalAnswer of(Model model, AnswerRequest request, Consumer<String> pieces) {
    Generation generation = Generation.begin(model, request);
    Detokenizer detokenizer = new Detokenizer(model.card().tokenizer());
    List<Integer> tokens = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    while (true) {
      switch (generation.step()) {
        case Step.Prefilled _ -> {}
        case Step.Produced(int token, float _, var _, var end) -> {
          tokens.add(token);
          String piece = detokenizer.next(token) + (end.isPresent() ? detokenizer.finish() : "");
          text.append(piece);
          pieces.accept(piece);
          if (end.isPresent()) {
            return new LocalAnswer(tokens, text.toString(), end.get(), generation.digest());
          }
        }
        case Step.Ended(End end) -> {
          String rest = detokenizer.finish();
          pieces.accept(rest);
          return new LocalAnswer(tokens, text + rest, end, generation.digest());
        }
      }
    }
  }

  String json() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("tokens", tokens);
    fields.put("text", text);
    fields.put("end", end.name().toLowerCase(Locale.ROOT));
    fields.put("digest", digest.toHex());
    return JsonMapper.shared().writeValueAsString(fields);
  }
}
