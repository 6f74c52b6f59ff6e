package exacta.bench;

import exacta.primitives.ExactaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A process that is measured; nothing else of ours runs meanwhile. */
final class Child {
  private Child() {}

  /** What the process wrote to its standard output; its errors go to ours. */
  static String output(List<String> command, Map<String, String> environment) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      if (code != 0) {
        throw ExactaException.error(
            "a measured process ended with " + code + ": " + String.join(" ", command));
      }
      return output;
    } catch (IOException e) {
      throw new ExactaException(
          ExactaException.Category.FATAL, command.getFirst() + " cannot be started: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ExactaException.error("interrupted while a measured process ran");
    }
  }
}
