package exacta.bench;

import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option of commands whose table can go into a page, too. */
public final class PageOption {
  @Option(
      names = "--page",
      paramLabel = "FILE",
      description = "A Markdown file whose part between the marks of this command is written anew.")
  private Path page;

  /** Prints the table, and writes it into its part of the page if one was named. */
  public void print(PageSection section, String table) throws IOException {
    System.out.println(table);
    if (page != null) {
      section.write(page, table);
    }
  }
}
