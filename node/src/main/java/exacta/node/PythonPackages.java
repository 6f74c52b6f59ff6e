package exacta.node;

import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks pip where a package's file lies and what it hashes to. Nothing is installed or downloaded;
 * mirrors and credentials are whatever pip is set up for.
 */
final class PythonPackages {
  private static final long SECONDS_MAX = 180;

  private final List<String> command;

  /** A file of a package, not downloaded yet. */
  record Wheel(URI address, Digest32 sha256) {}

  /**
   * @param python the command that starts Python, with leading arguments if it has any
   */
  PythonPackages(List<String> python) {
    command = new ArrayList<>(python);
    command.addAll(
        List.of(
            "-m",
            "pip",
            "install",
            "--dry-run",
            "--no-deps",
            "--ignore-installed",
            "--quiet",
            "--report",
            "-"));
  }

  /**
   * @param requirement name and version, as {@code name==1.2.3}
   * @throws ExactaException if Python or pip is missing, or pip cannot find the package
   */
  Wheel find(String requirement) {
    List<String> full = new ArrayList<>(command);
    full.add(requirement);
    try {
      Path report = Files.createTempFile("exacta-pip", ".json");
      Path complaints = Files.createTempFile("exacta-pip", ".txt");
      try {
        run(full, report, complaints);
        return parse(Files.readString(report));
      } finally {
        Files.delete(report);
        Files.delete(complaints);
      }
    } catch (IOException e) {
      throw new ExactaException(
          ExactaException.Category.FATAL,
          "files for the report of pip cannot be used: "
              + e
              + "; check the folder for temporary files",
          e);
    }
  }

  private static void run(List<String> command, Path report, Path complaints) throws IOException {
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectOutput(report.toFile())
              .redirectError(complaints.toFile())
              .start();
    } catch (IOException e) {
      throw new ExactaException(
          ExactaException.Category.FATAL,
          command.getFirst()
              + " was not found, and the default model is found by Python's pip; install Python 3"
              + " with pip, or name a GGUF file with --model FILE",
          e);
    }
    try {
      if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
        throw unanswered("pip gave no answer for " + SECONDS_MAX + " seconds");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unanswered("the search for the default model was interrupted");
    } finally {
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      String text = Files.readString(complaints, StandardCharsets.UTF_8).strip();
      String lastLine = text.substring(text.lastIndexOf('\n') + 1);
      throw unanswered(
          "pip, which must be 23 or newer, could not name the default model: " + lastLine);
    }
  }

  private static Wheel parse(String report) {
    try {
      JsonNode info = JsonMapper.shared().readTree(report).path("install").path(0);
      JsonNode download = info.path("download_info");
      String hash = download.path("archive_info").path("hashes").path("sha256").asString("");
      String address = download.path("url").asString("");
      return new Wheel(URI.create(address), Digest32.ofHex(hash));
    } catch (JacksonException | IllegalArgumentException e) {
      throw new ExactaException(
          ExactaException.Category.FATAL,
          "pip's report names no address and hash of the default model ("
              + e.getMessage()
              + "); update pip to 23 or newer, or name a GGUF file with --model FILE",
          e);
    }
  }

  private static ExactaException unanswered(String problem) {
    return ExactaException.error(
        problem + "; check the network and try again, or name a GGUF file with --model FILE");
  }
}
