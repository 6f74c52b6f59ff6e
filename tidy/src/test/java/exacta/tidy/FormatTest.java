package exacta.tidy;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Run with {@code -Dexacta.format=write}, it formats instead of complaining. */
final class FormatTest {
  @Test
  void everyJavaFileIsFormatted() throws FormatterException, IOException {
    boolean write = System.getProperty("exacta.format", "").equals("write");
    Formatter formatter = new Formatter();
    List<String> violations = new ArrayList<>();
    for (SourceFile file : Repository.java()) {
      String formatted = format(formatter, file.text());
      if (formatted.equals(file.text())) {
        continue;
      }
      if (write) {
        Files.writeString(Repository.ROOT.resolve(file.path()), formatted);
      } else {
        violations.add(file.name() + ":" + firstDifference(file.text(), formatted));
      }
    }
    Repository.assertNothing(
        "not as google-java-format writes it; run: mvn -q test -pl tidy -Dexacta.format=write",
        violations);
  }

  /** What the formatter's own command does. */
  private static String format(Formatter formatter, String text) throws FormatterException {
    String ordered = ImportOrderer.reorderImports(text, Style.GOOGLE);
    return formatter.formatSource(RemoveUnusedImports.removeUnusedImports(ordered));
  }

  private static int firstDifference(String text, String formatted) {
    List<String> have = text.lines().toList();
    List<String> want = formatted.lines().toList();
    int line = 0;
    while (line < Math.min(have.size(), want.size()) && have.get(line).equals(want.get(line))) {
      line++;
    }
    return line + 1;
  }
}
