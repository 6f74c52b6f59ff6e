package exacta.bench;

import exacta.primitives.ExactaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A process that is measured; nothing else of ours runs meanwhile. */
final class Child {
  private Child() {}

  /** What the process wrote to its standard output; its messages are shown only if it fails. */
  static String output(ProcessBuilder builder) {
    List<String> command = builder.command();
    try {
      Path messages = Files.createTempFile("exacta-bench", ".log");
      try {
        builder.redirectError(messages.toFile());
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        if (code != 0) {
          throw ExactaException.fatal(
              "a measured process ended with %d: %s%n%s"
                  .formatted(code, String.join(" ", command), Files.readString(messages)));
        }
        return output;
      } finally {
        Files.delete(messages);
      }
    } catch (IOException e) {
      throw new ExactaException(
          ExactaException.Category.FATAL, command.getFirst() + " cannot be measured: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ExactaException.error("interrupted while a measured process ran");
    }
  }
}
