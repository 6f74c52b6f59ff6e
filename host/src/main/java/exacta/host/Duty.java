package exacta.host;

import java.util.List;

/**
 * Something that this host owes the network.
 *
 * @param name says what and for whom; a duty with a name is done once
 * @param lastBlock in which it counts
 */
record Duty(String name, long lastBlock, Attempt attempt) {
  /** Where duties come from. Asked at each new block; must not take long. */
  @FunctionalInterface
  interface Source {
    List<Duty> duties();
  }

  /** Does it, unless the chain says that it is done. May block; is tried again until it is done. */
  @FunctionalInterface
  interface Attempt {
    Progress run();
  }

  /** How far an attempt came. */
  sealed interface Progress {
    /** Nothing is left to do. */
    record Done() implements Progress {}

    /** To be tried again at the next block. */
    record Waiting(String why) implements Progress {}
  }

  static Progress done() {
    return new Progress.Done();
  }

  static Progress waiting(String why) {
    return new Progress.Waiting(why);
  }
}
