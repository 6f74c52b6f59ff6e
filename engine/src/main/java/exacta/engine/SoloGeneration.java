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
  private final Queue<Step> steps = new ArrayDeque<>();
  private volatile boolean closed;

  /** Of the steps that were taken. */
  private Digest32 digest;

  SoloGeneration(Model model, AnswerRequest request) {
    sequence = new AnswerSequence(model, request);
    pass = new TransformerPass(model.weights(), model.kernels());
    cache = new KeyValueCache(model.weights().shape().keyValues());
    digest = sequence.digest();
  }

  @Override
  public Step step() {
    Check.that(!closed, "an answer that was given up has no step");
    if (steps.isEmpty()) {
      if (sequence.isOver()) {
        return sequence.end();
      }
      compute();
    }
    Step step = steps.remove();
    if (step instanceof Step.Produced) {
      digest = sequence.digest();
    }
    return step;
  }

  private void compute() {
    int positions = Math.min(CHUNK, sequence.wanted());
    cache.reserve(sequence.computed() + positions);
    int finite = pass.forward(List.of(sequence.part(cache, positions)))[0];
    sequence.take(positions, finite).ifPresent(steps::add);
    if (sequence.isReadable()) {
      steps.add(sequence.produce(pass.read(0, 1), 0));
    }
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
