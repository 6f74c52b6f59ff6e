package exacta.cli;

import exacta.node.Shutdown;
import java.io.IOException;

/** Ends a process with the one that started it, which holds the other end of its standard input. */
final class ParentWatch {
  private ParentWatch() {}

  static void start(Shutdown shutdown) {
    Thread.ofPlatform().daemon().name("parent-watch").start(() -> await(shutdown));
  }

  private static void await(Shutdown shutdown) {
    try {
      while (System.in.read() >= 0) {
        // Nothing is said by it; only its end counts.
        continue;
      }
      shutdown.stop();
    } catch (IOException e) {
      shutdown.fail(e);
    }
  }
}
