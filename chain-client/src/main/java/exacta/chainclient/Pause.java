package exacta.chainclient;

import java.time.Duration;

/** Lets time pass between two looks at the chain; tests let none pass. */
@FunctionalInterface
interface Pause {
  /** Waits so long; returns false at once when there is nothing to wait for any more. */
  boolean pass(Duration time) throws InterruptedException;
}
