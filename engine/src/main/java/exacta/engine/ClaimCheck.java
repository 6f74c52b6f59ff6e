package exacta.engine;

import exacta.numerics.KeyValueCache;
import exacta.primitives.Check;
import exacta.primitives.Digest32;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How far the check of one claim is. Whoever runs it computes the part that comes {@link #next},
 * and gives the rows that it reads back one by one.
 */
final class ClaimCheck {
  /** Chooses tokens behind the claimed ones. */
  private static final class Lane {
    private final TokenChooser chooser;

    /** How much of the sequence the chooser knows. */
    private int followed;

    private Lane(TokenChooser chooser, int followed) {
      this.chooser = chooser;
      this.followed = followed;
    }

    private TokenChooser.Choice choose(float[] logits, int at, int[] sequence, int position) {
      Check.that(followed <= position, "a lane goes forward");
      while (followed < position) {
        chooser.follow(sequence[followed++]);
      }
      return chooser.choose(logits, at, position);
    }
  }

  private final Claim claim;
  private final Answer answer;

  /** Grows with the positions, and is let go when the check is done: many wait for their turn. */
  private final KeyValueCache cache;

  /** Tokens before the first that is checked. */
  private final int given;

  /** Tokens to find; no more than the answer can have. */
  private final int wanted;

  /** The given tokens, then the claimed ones; from the first difference on, the true ones. */
  private final int[] sequence;

  /** How many of the sequence can be computed: a claim beyond is wrong, or no token at all. */
  private int usable;

  /** Positions that were computed and read. */
  private int computed;

  private final float[] logProbabilities;
  private final List<Likeliest> likeliest = new ArrayList<>();
  private final List<Lane> lanes = new ArrayList<>();
  private Digest32 digest;
  private int found;
  private boolean done;

  /** Whether the rows that were read so far left what is behind them usable. */
  private boolean right;

  /** Whether all that was found is as it was claimed. */
  private boolean confirmed = true;

  /** Rows of the part that were given back, or give no token. */
  private int taken;

  ClaimCheck(Model model, Claim claim) {
    model.require(claim.request());
    this.claim = claim;
    AnswerRequest request = claim.request();
    answer = new Answer(model, request);
    given = request.firstPosition();
    wanted = Math.min(claim.tokens().length, request.tokensLeft());
    sequence = Arrays.copyOf(request.prompt(), given + wanted);
    System.arraycopy(request.had(), 0, sequence, request.prompt().length, request.had().length);
    System.arraycopy(claim.tokens(), 0, sequence, given, wanted);
    usable = given;
    while (usable < sequence.length && model.isToken(sequence[usable])) {
      usable++;
    }
    logProbabilities = new float[wanted];
    digest = answer.digest();
    cache = new KeyValueCache(model.weights().shape().keyValues());
    done = answer.end().isPresent() || claim.cut() && wanted == 0;
  }

  boolean isDone() {
    return done;
  }

  /** What is to be computed next, at most so many positions. */
  TransformerPass.Part next(int countMax) {
    // The last token's own state matters only where the answer is claimed to end there.
    int needed = claim.cut() ? given + wanted - 1 : given + wanted;
    int count = Math.min(countMax, Math.min(usable, needed) - computed);
    Check.that(count > 0, "a check that is not done has a position to compute");
    right = true;
    taken = Math.clamp(given - 1 - computed, 0, count); // no token comes from these
    cache.reserve(computed + count);
    return new TransformerPass.Part(cache, computed, sequence, computed, count, count - taken);
  }

  /** Whether the rows that follow are still to be read. */
  boolean goesOn() {
    return right && !done;
  }

  /**
   * Whether the rows' tokens can be chosen behind the claimed ones, before they are taken. From the
   * first difference on they are found one by one.
   */
  boolean choosesAhead() {
    return confirmed && TokenChooser.followsAny(claim.request().sampling());
  }

  /**
   * Chooses the token of a later row of the part, if what is claimed before it is right.
   *
   * @param ahead of the next one that is to be taken; behind all that were chosen on this lane
   * @param lane choices on different lanes may be made at the same time
   */
  TokenChooser.Choice choose(TransformerPass.Readout readout, int row, int ahead, int lane) {
    int position = given + found + ahead;
    return lanes.get(lane).choose(readout.logits(), readout.logitsAt(row), sequence, position);
  }

  /** Prepares so many lanes. */
  void openLanes(int count) {
    while (lanes.size() < count) {
      lanes.add(new Lane(answer.chooser(), given));
    }
  }

  /** Takes the next row of the part. */
  void take(TransformerPass.Readout readout, int row) {
    take(answer.add(readout, row));
  }

  /** Takes the next row of the part, from which a token was chosen. */
  void take(TransformerPass.Readout readout, int row, TokenChooser.Choice choice) {
    take(answer.add(readout, row, choice));
  }

  /** Compares the next token with the claim. */
  private void take(Step step) {
    taken++;
    if (!(step instanceof Step.Produced produced) || found == wanted) {
      done = true; // failed, or goes on after all that was claimed
      return;
    }
    int at = given + found;
    right = at < usable && sequence[at] == produced.token();
    if (!right) {
      confirmed = false;
      lanes.clear(); // they may be behind a false token
      sequence[at] = produced.token();
      usable = at + 1;
    }
    logProbabilities[found++] = produced.logProbability();
    likeliest.add(produced.likeliest());
    digest = answer.digest();
    done = produced.end().isPresent() || claim.cut() && found == wanted;
  }

  /**
   * Ends the part.
   *
   * @param count of its positions
   * @param finite how many come before the first that fails
   */
  void end(int count, int finite) {
    if (right && !done && finite < count) {
      answer.fail();
      done = true;
    }
    computed += right ? count : taken;
    if (done) {
      cache.clear();
      lanes.clear();
    }
  }

  Recomputation.Result result() {
    Check.that(done, "the check is done");
    boolean longer = answer.count() > found || claim.cut() && found == wanted;
    return new Recomputation.Result(
        Arrays.copyOfRange(sequence, given, given + found),
        Arrays.copyOf(logProbabilities, found),
        List.copyOf(likeliest),
        longer ? Optional.empty() : answer.end(),
        digest);
  }
}
