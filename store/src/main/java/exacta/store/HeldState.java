package exacta.store;

import java.util.concurrent.atomic.AtomicBoolean;

/** A committed state that is kept readable until this is closed. Safe for several threads. */
public final class HeldState implements AutoCloseable {
  private final CommittedState state;
  private final AtomicBoolean isClosed = new AtomicBoolean();

  HeldState(CommittedState state) {
    this.state = state;
  }

  public CommittedState state() {
    return state;
  }

  @Override
  public void close() {
    if (isClosed.compareAndSet(false, true)) {
      state.release();
    }
  }
}
