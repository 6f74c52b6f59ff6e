package exacta.cli;

import exacta.engine.Generation;
import exacta.engine.Model;
import exacta.engine.Step;

/**
 * While a person types the first line, the JIT compiler meets all that an answer needs. Closing it
 * waits for at most one step, so that nothing is computed with a model that is closed next.
 */
final class Rehearsal implements AutoCloseable {
  private final Thread thread;
  private volatile boolean over;

  private Rehearsal(Generation generation) {
    thread = Thread.ofPlatform().daemon().name("rehearsal").start(() -> run(generation));
  }

  static Rehearsal of(Model model) {
    return new Rehearsal(Generation.rehearsal(model));
  }

  private void run(Generation generation) {
    while (!over && !(generation.step() instanceof Step.Ended)) {}
  }

  @Override
  public void close() {
    over = true;
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        interrupted = true; // a step is short, and must not outlive the model
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
