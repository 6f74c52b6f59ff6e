package exacta.dashboard;

import java.util.Optional;

/**
 * The newest snapshot, and whether the chain still answers.
 *
 * @param readMillis when the chain last answered; 0 if it never did
 * @param problem why it does not answer now
 */
record Reading(Optional<ChainSnapshot> snapshot, long readMillis, Optional<String> problem) {
  static final Reading NONE = new Reading(Optional.empty(), 0, Optional.empty());

  Reading withProblem(String text) {
    return new Reading(snapshot, readMillis, Optional.of(text));
  }
}
