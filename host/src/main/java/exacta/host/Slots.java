package exacta.host;

import java.util.concurrent.Semaphore;

/** A bounded queue in front of the answers that are computed at the same time. */
final class Slots {
  private final Semaphore places;
  private final Semaphore running;
  private final int placesMax;
  private final int runningMax;

  Slots(int runningMax, int queuedMax) {
    this.runningMax = runningMax;
    placesMax = runningMax + queuedMax;
    places = new Semaphore(placesMax);
    running = new Semaphore(runningMax, true);
  }

  /** Takes a place in the queue, if there is one; whoever has it must {@link #leave}. */
  boolean enter() {
    return places.tryAcquire();
  }

  void leave() {
    places.release();
  }

  /** Waits for this one's turn; whoever has it must {@link #stop}. */
  void start() throws InterruptedException {
    running.acquire();
  }

  void stop() {
    running.release();
  }

  int running() {
    return runningMax - running.availablePermits();
  }

  int queued() {
    return Math.max(0, placesMax - places.availablePermits() - running());
  }
}
