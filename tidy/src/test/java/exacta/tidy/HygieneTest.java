package exacta.tidy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class HygieneTest {
  private static final int JAVA_LINES_MAX = 500;

  /** Words split so that this file keeps its own rules. */
  private static final Map<Pattern, String> NOT_IN_TEXTS =
      Map.of(
          Pattern.compile("\\bTO" + "DO\\b|\\bFIX" + "ME\\b|\\bXX" + "X\\b"),
          "do it, or file an issue",
          Pattern.compile(
              "repo\\d?\\.mav"
                  + "en\\.|pypi\\.o"
                  + "rg|pythonhos"
                  + "ted\\.|registry\\.np"
                  + "mjs|"
                  + "proxy\\.gol"
                  + "ang|crates\\.i"
                  + "o|deb\\.deb"
                  + "ian"),
          "a registry's host name: leave it to the tool's own settings",
          Pattern.compile("(?<![\\w./~-])/(?:ro" + "ot|ho" + "me|wo" + "rk|Use" + "rs)/"),
          "a path of one machine");

  @Test
  void textsNameNoMachineAndLeaveNothingUndone() {
    List<String> violations = new ArrayList<>();
    for (SourceFile file : Repository.FILES) {
      List<String> lines = file.lines();
      for (int i = 0; i < lines.size(); i++) {
        for (Map.Entry<Pattern, String> rule : NOT_IN_TEXTS.entrySet()) {
          if (rule.getKey().matcher(lines.get(i)).find() && lines.get(i).length() < 1000) {
            violations.add(file.name() + ":" + (i + 1) + ": " + rule.getValue());
          }
        }
      }
    }
    Repository.assertNothing("texts that do not belong into a repository", violations);
  }

  @Test
  void javaFilesHaveOnePurpose() {
    List<String> violations = new ArrayList<>();
    for (SourceFile file : Repository.java()) {
      int lines = file.lines().size();
      if (lines > JAVA_LINES_MAX) {
        violations.add(file.name() + " has " + lines + " lines: look for its second purpose");
      }
    }
    Repository.assertNothing("files longer than " + JAVA_LINES_MAX + " lines", violations);
  }

  @Test
  void everyPackageHasItsDoorSign() {
    Set<Path> folders = new TreeSet<>();
    for (SourceFile file : Repository.java()) {
      if (file.isMain()) {
        folders.add(file.path().getParent());
      }
    }
    List<String> violations = new ArrayList<>();
    for (Path folder : folders) {
      if (!Files.exists(Repository.ROOT.resolve(folder).resolve("package-info.java"))) {
        violations.add(folder + " has no package-info.java");
      }
    }
    Repository.assertNothing("packages that do not say what they are for", violations);
  }

  @Test
  void fileNamesSayWhatIsInside() {
    List<String> violations = new ArrayList<>();
    for (SourceFile file : Repository.java()) {
      if (file.name().matches(".*(Util|Utils|Helper|Helpers|Manager|Impl)\\.java")) {
        violations.add(file.name());
      }
    }
    Repository.assertNothing("names that say nothing: what does it do?", violations);
  }
}
