package exacta.node;

import java.io.PrintStream;

/** A bar in the terminal that fills up, redrawn whenever a percent is done. */
final class Progress {
  private static final int WIDTH = 40;

  private final PrintStream out;
  private final String title;
  private long shown = -1;

  Progress(PrintStream out, String title) {
    this.out = out;
    this.title = title;
  }

  /**
   * @param total negative if it is not known
   */
  void at(long doneBytes, long totalBytes) {
    long step = totalBytes > 0 ? 100 * doneBytes / totalBytes : doneBytes >> 20;
    if (step == shown) {
      return;
    }
    shown = step;
    if (totalBytes > 0) {
      int full = (int) (WIDTH * doneBytes / totalBytes);
      out.printf(
          "\r%s [%s%s] %d %% of %d MB",
          title, "#".repeat(full), ".".repeat(WIDTH - full), step, totalBytes / 1_000_000);
    } else {
      out.printf("\r%s %d MB", title, doneBytes / 1_000_000);
    }
    if (doneBytes == totalBytes) {
      out.println();
    }
    out.flush();
  }
}
