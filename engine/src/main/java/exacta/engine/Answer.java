package exacta.engine;

import exacta.numerics.Elementary;
import exacta.primitives.Check;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * An answer as it grows: makes tokens from states, knows when it ends, and keeps its digest. How
 * the states are computed is not its matter. Used by one thread at a time.
 */
final class Answer {
  private final Model model;
  private final AnswerRequest request;
  private final Sampler sampler;
  private final LogitChanges changes;
  private final StopTexts stops;
  private final Set<Integer> endTokens;
  private Digest32 digest = Hasher.of("answer-start").finish();
  private Optional<End> end = Optional.empty();
  private int count;

  /** What was had may be a whole answer already. */
  Answer(Model model, AnswerRequest request) {
    this.model = model;
    this.request = request;
    sampler = new Sampler(request.sampling(), request.key());
    changes = new LogitChanges(request.sampling(), model.card().vocabularySize());
    stops = new StopTexts(request.sampling().stop());
    endTokens = model.card().endTokens();
    for (int token : request.prompt()) {
      changes.occurs(token);
    }
    for (int token : request.had()) {
      changes.occurs(token);
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

  /** A state that the next token depends on is not finite. */
  Step fail() {
    Check.that(end.isEmpty(), "an answer ends once");
    end = Optional.of(End.FAILED);
    return new Step.Ended(End.FAILED);
  }

  /**
   * The next token.
   *
   * @param state after the final norm
   * @param logits of that state; the same again afterwards
   */
  Step add(float[] state, float[] logits) {
    Check.that(end.isEmpty(), "an answer that has ended gets no token");
    if (!Elementary.allFinite(logits, 0, logits.length)) {
      return fail();
    }
    OptionalInt choice = choose(logits);
    if (choice.isEmpty()) {
      return fail();
    }
    int token = choice.getAsInt();
    changes.occurs(token);
    float logProbability = model.kernels().logProbability(logits, token);
    digest = Hasher.of("state").digest(digest).floats(state, 0, state.length).finish();
    count++;
    if (stopsWith(token)) {
      end = Optional.of(End.STOP);
    } else if (count == request.tokensLeft()) {
      end = Optional.of(End.LENGTH);
    }
    return new Step.Produced(token, logProbability, end);
  }

  private OptionalInt choose(float[] logits) {
    boolean finite = changes.apply(logits);
    OptionalInt choice =
        finite ? sampler.choose(logits, request.firstPosition() + count) : OptionalInt.empty();
    changes.undo(logits);
    return choice;
  }

  private boolean stopsWith(int token) {
    return stops.complete(model.card().tokenizer().bytes(token)) || endTokens.contains(token);
  }
}
