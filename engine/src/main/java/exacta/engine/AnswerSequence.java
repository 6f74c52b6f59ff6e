package exacta.engine;

import exacta.numerics.KeyValueCache;
import exacta.primitives.Digest32;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An answer as a sequence of positions: says which are to be computed next, and takes what came
 * out. Where that happens, alone or in a batch, is not its matter. Used by one thread at a time.
 */
final class AnswerSequence {
  private final Answer answer;
  private final int positionsMax;

  /** Tokens of the prompt, and those that were had. */
  private final int given;

  /** The tokens given, then those produced; count of them. */
  private int[] tokens;

  private int count;

  /** Positions whose keys and values are there. */
  private int computed;

  private final Drafter drafter = new Drafter();

  /** Drafts behind the tokens, of the part that was asked for last. */
  private int drafted;

  /** Of their positions, how many come before the first that fails. */
  private int draftsFinite;

  AnswerSequence(Model model, AnswerRequest request) {
    answer = new Answer(model, request);
    given = request.firstPosition();
    count = given;
    tokens = Arrays.copyOf(request.prompt(), given + 1);
    System.arraycopy(request.had(), 0, tokens, request.prompt().length, request.had().length);
    positionsMax = positionsMax(request);
  }

  /** Positions that are computed for a request at most: nothing follows the last token. */
  static int positionsMax(AnswerRequest request) {
    return request.prompt().length + request.maxTokens() - 1;
  }

  int positionsMax() {
    return positionsMax;
  }

  boolean isOver() {
    return answer.end().isPresent();
  }

  /** The last step, which adds nothing. */
  Step.Ended end() {
    return new Step.Ended(answer.end().orElseThrow());
  }

  Digest32 digest() {
    return answer.digest();
  }

  int[] tokens() {
    return tokens;
  }

  /** Tokens that are known. */
  int count() {
    return count;
  }

  int computed() {
    return computed;
  }

  /** Positions that are to be computed before the next token; at least one. */
  int wanted() {
    return count - computed;
  }

  /** True until the prompt has been read. */
  boolean isReading() {
    return computed < given;
  }

  /** The positions up to this one are in the cache already, for others computed them. */
  void skipTo(int position) {
    computed = Math.max(computed, position);
  }

  /**
   * The next positions.
   *
   * @param positions at most as many as are wanted
   * @param draftsMax so many may follow the last token if it is the only one that is wanted
   */
  TransformerPass.Part part(KeyValueCache cache, int positions, int draftsMax) {
    drafted = wanted() == 1 && !isReading() ? draft(draftsMax) : 0;
    int read = computed + positions == count ? 1 + drafted : 0;
    return new TransformerPass.Part(cache, computed, tokens, computed, positions + drafted, read);
  }

  private int draft(int most) {
    int room = Math.min(most, positionsMax - count);
    if (count + room > tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * (count + room));
    }
    return drafter.draft(tokens, count, room);
  }

  /**
   * The part asked for last was computed.
   *
   * @param finite how many of its positions come before the first that fails; that of a draft fails
   *     nothing unless it turns out right
   * @return what there is to say about it before the next token
   */
  Optional<Step> take(TransformerPass.Part part, int finite) {
    int positions = part.count() - drafted;
    if (finite < positions) {
      return Optional.of(answer.fail());
    }
    boolean reading = isReading();
    computed += positions;
    draftsFinite = finite - positions;
    return reading ? Optional.of(new Step.Prefilled(computed, given)) : Optional.empty();
  }

  /** True if the next token follows from the last position's state. */
  boolean isReadable() {
    return !isOver() && computed == count;
  }

  /**
   * The next token, from the last position's row, and one more for each draft that was right, from
   * the rows that follow.
   *
   * @param steps gets what there is to say about it, one by one
   * @return how many drafts were right
   */
  int produce(TransformerPass.Readout readout, int row, Consumer<Step> steps) {
    int right = 0;
    while (add(readout, row + right, right < drafted, steps)) {
      if (right == draftsFinite) {
        steps.accept(answer.fail());
        break;
      }
      right++;
      computed++;
    }
    drafter.learn(drafted, right);
    return right;
  }

  /** Adds the next token; true if it was drafted, and the answer goes on. */
  private boolean add(
      TransformerPass.Readout readout, int row, boolean isDraft, Consumer<Step> steps) {
    Step step = answer.add(readout, row);
    boolean right = false;
    if (step instanceof Step.Produced produced) {
      right = isDraft && tokens[count] == produced.token();
      append(produced.token());
    }
    steps.accept(step);
    return right && !isOver();
  }

  private void append(int token) {
    if (count == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * count);
    }
    tokens[count++] = token;
  }
}
