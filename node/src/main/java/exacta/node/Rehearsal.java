package exacta.node;

import exacta.engine.ComputePool;
import exacta.engine.Generation;
import exacta.engine.Model;
import exacta.engine.Step;
import exacta.numerics.KernelSelfTest;
import exacta.numerics.WeightFormat;
import exacta.primitives.ExactaException;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;

/**
 * What a process does with a model before its first client comes: it answers a prompt, so that the
 * client does not wait for the JIT compiler, and then measures the kernels, so that nobody serves
 * slowly without knowing. Runs on a thread of its own, behind whatever is urgent.
 */
final class Rehearsal implements Runnable {
  private static final System.Logger LOG = System.getLogger("exacta.engine");

  private final ComputePool pool;
  private final Model model;
  private final Consumer<String> warnings;

  /**
   * @param warnings lines for a person at the terminal; the log has them too
   */
  Rehearsal(ComputePool pool, Model model, Consumer<String> warnings) {
    this.pool = pool;
    this.model = model;
    this.warnings = warnings;
  }

  @Override
  public void run() {
    try {
      Generation generation = Generation.rehearsal(model);
      Step step;
      do {
        step = pool.call(ComputePool.Priority.NONCE, model, generation::step);
      } while (!(step instanceof Step.Ended));
      LOG.log(Level.INFO, KernelSelfTest.choice());
      for (WeightFormat format : model.weightFormats()) {
        pool.call(
                ComputePool.Priority.NONCE,
                model,
                () -> KernelSelfTest.measure(pool.kernels(), format, System::nanoTime))
            .forEach(this::report);
      }
    } catch (ExactaException e) {
      LOG.log(Level.INFO, "the rehearsal ended early: " + e.getMessage()); // the pool was closed
    }
  }

  private void report(KernelSelfTest.Reading reading) {
    LOG.log(Level.INFO, reading.description());
    if (reading.isStuck()) {
      LOG.log(Level.WARNING, reading.advice());
      warnings.accept("warning: " + reading.advice());
    }
  }
}
