package exacta.engine;

import exacta.numerics.KeyValueCache;
import exacta.numerics.KeyValuePage;
import exacta.primitives.Digest32;
import java.util.Arrays;
import java.util.List;

/**
 * One answer, step by step, each a bounded amount of work, so that many can share a machine. Used
 * by one thread at a time. Spec: generation.md.
 */
public final class Generation {
  private static final int REHEARSAL_TOKENS = 96;

  /** Tokens of the prompt that are read in one step. */
  private static final int CHUNK = 64;

  private final Answer answer;
  private final TransformerPass pass;
  private final KeyValueCache cache;

  /** The prompt and what was had. */
  private final int[] given;

  private int done;

  /** The row of the pass that the next token comes from. */
  private int row;

  /** The last token, whose state is not computed yet; empty right after the prefill. */
  private int[] pending = {};

  private Generation(Model model, AnswerRequest request) {
    answer = new Answer(model, request);
    given = Arrays.copyOf(request.prompt(), request.firstPosition());
    System.arraycopy(request.had(), 0, given, request.prompt().length, request.had().length);
    pass = new TransformerPass(model.weights(), model.kernels());
    cache = new KeyValueCache(model.weights().shape().keyValues());
  }

  /**
   * Prepares an answer; the work is done by {@link #step}.
   *
   * @throws IllegalArgumentException if the model cannot answer this request, see {@link
   *     Model#require}
   */
  public static Generation begin(Model model, AnswerRequest request) {
    model.require(request);
    return new Generation(model, request);
  }

  /**
   * An answer to nothing in particular. Going through its steps once lets the JIT compiler meet all
   * that an answer needs; without that, a process's first answer takes some seconds longer.
   */
  public static Generation rehearsal(Model model) {
    int tokens = Math.min(REHEARSAL_TOKENS, model.contextLength() - 1);
    int[] prompt = new int[tokens];
    int answer = Math.min(REHEARSAL_TOKENS, model.contextLength() - tokens);
    Sampling sampling = new Sampling(1, 0, 0.95f, List.of());
    return begin(model, new AnswerRequest(prompt, answer, sampling, Digest32.ZERO, new int[0]));
  }

  /** Reads at most 64 tokens of the prompt, or produces one token. */
  public Step step() {
    if (answer.end().isPresent()) {
      return new Step.Ended(answer.end().get());
    }
    if (done < given.length) {
      return prefill();
    }
    if (pending.length > 0) {
      if (forward(pending, 0, 1, given.length + answer.count() - 1) == 0) {
        return answer.fail();
      }
      row = 0;
    }
    Step step = answer.add(pass.read(row, 1), 0);
    if (step instanceof Step.Produced produced) {
      pending = new int[] {produced.token()};
    }
    return step;
  }

  private Step prefill() {
    int count = Math.min(CHUNK, given.length - done);
    if (forward(given, done, count, done) < count) {
      return answer.fail();
    }
    done += count;
    row = count - 1;
    return new Step.Prefilled(done, given.length);
  }

  private int forward(int[] tokens, int from, int count, int first) {
    while (cache.capacity() < first + count) {
      cache.append(new KeyValuePage(cache.shape()));
    }
    return pass.forward(List.of(new TransformerPass.Part(cache, first, tokens, from, count)))[0];
  }

  /** Over the states of the tokens so far, those that were had left out. */
  public Digest32 digest() {
    return answer.digest();
  }
}
