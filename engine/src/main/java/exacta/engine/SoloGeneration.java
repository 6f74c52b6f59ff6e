package exacta.engine;

import exacta.numerics.KeyValueCache;
import exacta.primitives.Check;
import exacta.primitives.Digest32;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/** An answer with a pass and memory of its own. */
final class SoloGeneration implements Generation {
  /** Tokens of the prompt that are read in one step. */
  private static final int CHUNK = 128;

  private final AnswerSequence sequence;
  private final TransformerPass pass;
  private final KeyValueCache cache;
  private final int draftsMax;
  private final Queue<Outcome> outcomes = new ArrayDeque<>();
  private volatile boolean closed;

  /** Of the steps that were taken. */
  private Digest32 digest;

  SoloGeneration(Model model, AnswerRequest request, boolean drafts) {
    draftsMax = drafts ? model.rowsTogether() - 1 : 0;
    sequence = new AnswerSequence(model, request);
    pass = new TransformerPass(model.weights(), model.kernels());
    cache = new KeyValueCache(model.weights().shape().keyValues());
    digest = sequence.digest();
  }

  @Override
  public Step step() {
    Check.that(!closed, "an answer that was given up has no step");
    if (outcomes.isEmpty()) {
      if (sequence.isOver()) {
        return sequence.end();
      }
      compute();
    }
    Outcome outcome = outcomes.remove();
    digest = outcome.digest();
    return outcome.step();
  }

  private void compute() {
    int positions = Math.min(CHUNK, sequence.wanted());
    TransformerPass.Part part = sequence.part(cache, positions, draftsMax);
    cache.reserve(part.first() + part.count());
    int finite = pass.forward(List.of(part))[0];
    sequence.take(part, finite).ifPresent(this::add);
    if (sequence.isReadable()) {
      sequence.produce(pass.read(0, part.read()), 0, this::add);
    }
  }

  private void add(Step step) {
    outcomes.add(new Outcome(step, sequence.digest()));
  }

  @Override
  public Digest32 digest() {
    return digest;
  }

  @Override
  public void close() {
    closed = true;
  }
}
