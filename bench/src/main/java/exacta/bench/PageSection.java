package exacta.bench;

import exacta.primitives.ExactaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A part of a Markdown page that a command writes, between two marks. */
public enum PageSection {
  COMPARISON("bench/run.sh"),
  STARTS("bench/starts.sh"),
  LEDGER("bench/ledger.sh"),
  COMET("bench/comet.sh");

  private final String command;

  PageSection(String command) {
    this.command = command;
  }

  /** Replaces what stands between the marks. */
  public void write(Path page, String text) throws IOException {
    Files.writeString(page, replace(Files.readString(page), text));
  }

  String replace(String page, String text) {
    String beginMark = "<!-- written by " + command + ": begin -->";
    String endMark = "<!-- written by " + command + ": end -->";
    int begin = page.indexOf(beginMark);
    int end = page.indexOf(endMark);
    if (begin < 0 || end < begin) {
      throw ExactaException.fatal(
          "the page lacks the line " + beginMark + " or after it " + endMark + "; put them there");
    }
    return page.substring(0, begin + beginMark.length())
        + "\n\n"
        + text.strip()
        + "\n\n"
        + page.substring(end);
  }
}
