package exacta.host;

import exacta.engine.Generation;
import java.util.HashSet;
import java.util.Set;

/** The answers that a host computes now, so that closing it ends them. Safe for many threads. */
final class OpenAnswers implements AutoCloseable {
  private final Set<Generation> open = new HashSet<>();
  private boolean closed;

  synchronized void add(Generation generation) {
    if (closed) {
      generation.close();
    } else {
      open.add(generation);
    }
  }

  synchronized void remove(Generation generation) {
    open.remove(generation);
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /** Whoever waits for a step of an answer is told that there is none. */
  @Override
  public synchronized void close() {
    closed = true;
    open.forEach(Generation::close);
    open.clear();
  }
}
