package exacta.node;

import exacta.primitives.ExactaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.FileHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Sends all log lines of this process into files of its home, so that the terminal stays free. */
final class Logs {
  private static final int FILE_BYTES = 8 << 20;
  private static final int FILES = 3;

  private Logs() {}

  /** The newest lines are in {@code exacta-0.log}. */
  static Path toFiles(Path folder) {
    try {
      Files.createDirectories(folder);
      // Read by the formatter when it is made.
      System.setProperty(
          "java.util.logging.SimpleFormatter.format", "%1$tF %1$tT.%1$tL %4$s %3$s: %5$s%6$s%n");
      LogManager.getLogManager().reset();
      Handler handler =
          new FileHandler(folder.resolve("exacta-%g.log").toString(), FILE_BYTES, FILES, true);
      handler.setFormatter(new SimpleFormatter());
      Logger root = Logger.getLogger("");
      root.addHandler(handler);
      root.setLevel(Level.INFO);
      return folder.resolve("exacta-0.log");
    } catch (IOException e) {
      throw new ExactaException(
          ExactaException.Category.FATAL,
          "the folder for logs, " + folder + ", cannot be used: " + e,
          e);
    }
  }
}
