package exacta.engine;

import exacta.numerics.KeyValueCache;
import exacta.primitives.Check;
import exacta.primitives.Digest32;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Checks a claimed answer: finds the true answer's first tokens, as many as were claimed. While the
 * claim is right this takes one pass in the shape of a prefill; from the first difference on, the
 * true answer is decoded. Each step is a bounded amount of work. Used by one thread at a time.
 * Spec: generation.md#recomputation.
 */
public final class Recomputation {
  /** Positions that are computed in one step. */
  private static final int CHUNK = 64;

  /** Positions that are read out together: their logits take some megabytes. */
  private static final int READ_TOGETHER = 16;

  /**
   * What the claim is to be compared with; the arrays are the caller's.
   *
   * @param end empty if the answer goes on after these tokens, or was claimed to be cut there
   * @param digest over the states of these tokens
   */
  public record Result(
      int[] tokens, float[] logProbabilities, Optional<End> end, Digest32 digest) {}

  private final Answer answer;
  private final TransformerPass pass;
  private final KeyValueCache cache;

  /** Tokens before the first that is checked. */
  private final int given;

  /** Tokens to find; no more than the answer can have. */
  private final int wanted;

  private final boolean cut;

  /** The given tokens, then the claimed ones; from the first difference on, the true ones. */
  private final int[] sequence;

  /** How many of the sequence can be computed: a claim beyond is wrong, or no token at all. */
  private int usable;

  /** Positions that were computed and read. */
  private int computed;

  private final float[] logProbabilities;
  private Digest32 digest;
  private int found;
  private boolean done;

  private Recomputation(Model model, AnswerRequest request, int[] claimedTokens, boolean cut) {
    this.cut = cut;
    answer = new Answer(model, request);
    given = request.firstPosition();
    wanted = Math.min(claimedTokens.length, request.tokensLeft());
    sequence = Arrays.copyOf(request.prompt(), given + wanted);
    System.arraycopy(request.had(), 0, sequence, request.prompt().length, request.had().length);
    System.arraycopy(claimedTokens, 0, sequence, given, wanted);
    usable = given;
    while (usable < sequence.length && model.isToken(sequence[usable])) {
      usable++;
    }
    logProbabilities = new float[wanted];
    digest = answer.digest();
    pass = new TransformerPass(model.weights(), model.kernels());
    cache = KeyValueCache.of(model.weights().shape().keyValues(), sequence.length);
    done = answer.end().isPresent() || cut && wanted == 0;
  }

  /**
   * Prepares a check; the work is done by {@link #step}.
   *
   * @param request that was answered
   * @param claimedTokens those after what was had; any numbers
   * @param cut whether the answer is claimed to have been cut after them
   * @throws IllegalArgumentException if the model cannot answer this request
   */
  public static Recomputation begin(
      Model model, AnswerRequest request, int[] claimedTokens, boolean cut) {
    model.require(request);
    return new Recomputation(model, request, claimedTokens, cut);
  }

  /** Computes at most 64 positions; true when the result is there. */
  public boolean step() {
    if (done) {
      return true;
    }
    // The last token's own state matters only where the answer is claimed to end there.
    int needed = cut ? given + wanted - 1 : given + wanted;
    int count = Math.min(CHUNK, Math.min(usable, needed) - computed);
    Check.that(count > 0, "a check that is not done has a position to compute");
    int finite =
        pass.forward(List.of(new TransformerPass.Part(cache, computed, sequence, computed, count)))[
            0];
    int row = Math.max(0, Math.min(count, given - 1 - computed)); // rows before give no token
    boolean right = true;
    while (right && !done && row < finite) {
      int rows = Math.min(READ_TOGETHER, finite - row);
      TransformerPass.Readout readout = pass.read(row, rows);
      for (int i = 0; i < rows && right && !done; i++) {
        right = check(answer.add(readout.state(i), readout.logits(i)));
        row++;
      }
    }
    if (right && !done && finite < count) {
      answer.fail();
      done = true;
    }
    computed += right ? count : row;
    return done;
  }

  /** Compares the next token with the claim; false if the claim is of no more use. */
  private boolean check(Step step) {
    if (!(step instanceof Step.Produced produced) || found == wanted) {
      done = true; // failed, or goes on after all that was claimed
      return true;
    }
    int at = given + found;
    boolean right = at < usable && sequence[at] == produced.token();
    if (!right) {
      sequence[at] = produced.token();
      usable = at + 1;
    }
    logProbabilities[found++] = produced.logProbability();
    digest = answer.digest();
    done = produced.end().isPresent() || cut && found == wanted;
    return right;
  }

  /** The true answer; once {@link #step} has said so. */
  public Result result() {
    Check.that(done, "the check is done");
    boolean goesOn = answer.count() > found || cut && found == wanted;
    return new Result(
        Arrays.copyOfRange(sequence, given, given + found),
        Arrays.copyOf(logProbabilities, found),
        goesOn ? Optional.empty() : answer.end(),
        digest);
  }
}
