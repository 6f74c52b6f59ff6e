package exacta.engine;

import exacta.primitives.Check;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import java.util.Optional;
import java.util.Set;

/**
 * An answer as it grows: makes tokens from states, knows when it ends, and keeps its digest. How
 * the states are computed is not its matter. Used by one thread at a time.
 */
final class Answer {
  private final Model model;
  private final AnswerRequest request;
  private final TokenChooser chooser;
  private final StopTexts stops;
  private final Set<Integer> endTokens;
  private Digest32 digest = Hasher.of("answer-start").finish();
  private Optional<End> end = Optional.empty();
  private int count;

  /** What was had may be a whole answer already. */
  Answer(Model model, AnswerRequest request) {
    this.model = model;
    this.request = request;
    chooser = chooser();
    stops = new StopTexts(request.sampling().stop());
    endTokens = model.card().endTokens();
    for (int token : request.had()) {
      if (end.isEmpty() && stopsWith(token)) {
        end = Optional.of(End.STOP);
      }
    }
    if (end.isEmpty() && request.tokensLeft() == 0) {
      end = Optional.of(End.LENGTH);
    }
  }

  Optional<End> end() {
    return end;
  }

  Digest32 digest() {
    return digest;
  }

  /** Tokens since those that were had. */
  int count() {
    return count;
  }

  /** A position that the next token depends on fails. */
  Step fail() {
    Check.that(end.isEmpty(), "an answer ends once");
    end = Optional.of(End.FAILED);
    return new Step.Ended(End.FAILED);
  }

  /** One more chooser of this answer's tokens, before there is any. */
  TokenChooser chooser() {
    return new TokenChooser(
        model.kernels(), model.card().vocabularySize(), request, model.filter(request.sampling()));
  }

  /** The next token, from a state after the final norm and the logits that follow from it. */
  Step add(float[] state, float[] logits) {
    return add(new TransformerPass.Readout(model.weights().shape(), state, logits, 0), 0);
  }

  /** The next token, from a row that was read out. */
  Step add(TransformerPass.Readout readout, int row) {
    int position = request.firstPosition() + count;
    return add(readout, row, chooser.choose(readout.logits(), readout.logitsAt(row), position));
  }

  /** The next token, which was chosen from a row. */
  Step add(TransformerPass.Readout readout, int row, TokenChooser.Choice choice) {
    Check.that(end.isEmpty(), "an answer that has ended gets no token");
    if (choice.token().isEmpty()) {
      return fail();
    }
    int token = choice.token().getAsInt();
    chooser.follow(token);
    digest =
        Hasher.of("state")
            .digest(digest)
            .floats(readout.states(), readout.stateAt(row), readout.width())
            .finish();
    count++;
    if (stopsWith(token)) {
      end = Optional.of(End.STOP);
    } else if (count == request.tokensLeft()) {
      end = Optional.of(End.LENGTH);
    }
    return new Step.Produced(token, choice.logProbability(), choice.likeliest(), end);
  }

  private boolean stopsWith(int token) {
    return stops.complete(model.card().tokenizer().bytes(token)) || endTokens.contains(token);
  }
}
