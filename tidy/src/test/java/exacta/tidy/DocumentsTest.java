package exacta.tidy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Texts that name other texts name ones that exist. */
final class DocumentsTest {
  private static final Pattern REFERENCE =
      Pattern.compile("Spec: ((?:[a-z-]+\\.md(?:#[a-z0-9-]+)?(?:, (?:and )?| and )?)+)");
  private static final Pattern PAGE = Pattern.compile("([a-z-]+\\.md)(?:#([a-z0-9-]+))?");
  private static final Pattern HEADING = Pattern.compile("^#+ (.+)$", Pattern.MULTILINE);
  private static final Pattern NAMED = Pattern.compile("<a (?:id|name)=\"([^\"]+)\"");
  private static final Pattern LINK = Pattern.compile("!?\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
  private static final Pattern FENCED = Pattern.compile("```.*?```", Pattern.DOTALL);

  @Test
  void specReferencesInCodeExist() {
    List<String> violations = new ArrayList<>();
    for (SourceFile file : Repository.FILES) {
      boolean code = file.name().endsWith(".java") || file.name().endsWith(".proto");
      if (!code || file.module().equals("tidy")) {
        continue;
      }
      Matcher reference = REFERENCE.matcher(file.joined());
      while (reference.find()) {
        Matcher page = PAGE.matcher(reference.group(1));
        while (page.find()) {
          Path target = Path.of("docs", "spec", page.group(1));
          String anchor = page.group(2) == null ? "" : page.group(2);
          problem(target, anchor).ifPresent(text -> violations.add(file.name() + ": " + text));
        }
      }
    }
    Repository.assertNothing("references to rules that are not there", violations);
  }

  @Test
  void linksInDocumentsLeadSomewhere() {
    List<String> violations = new ArrayList<>();
    for (SourceFile file : Repository.markdown()) {
      Matcher link = LINK.matcher(FENCED.matcher(file.text()).replaceAll(""));
      while (link.find()) {
        String target = link.group(1);
        if (target.matches("[a-z]+:.*")) {
          continue;
        }
        int hash = target.indexOf('#');
        String anchor = hash < 0 ? "" : target.substring(hash + 1);
        String name = hash < 0 ? target : target.substring(0, hash);
        Path folder = file.path().getParent() == null ? Path.of("") : file.path().getParent();
        Path page = name.isEmpty() ? file.path() : folder.resolve(name).normalize();
        problem(page, anchor).ifPresent(text -> violations.add(file.name() + ": " + text));
      }
    }
    Repository.assertNothing("links that lead nowhere", violations);
  }

  private static Optional<String> problem(Path page, String anchor) {
    if (!Files.exists(Repository.ROOT.resolve(page))) {
      return Optional.of("there is no " + page);
    }
    if (anchor.isEmpty() || anchors(page).contains(anchor)) {
      return Optional.empty();
    }
    return Optional.of(page + " has no heading or anchor #" + anchor);
  }

  private static Set<String> anchors(Path page) {
    Set<String> anchors = new TreeSet<>();
    Repository.FILES.stream()
        .filter(file -> file.path().equals(page))
        .forEach(file -> {
          Matcher heading = HEADING.matcher(file.text());
          while (heading.find()) {
            anchors.add(slug(heading.group(1)));
          }
          Matcher named = NAMED.matcher(file.text());
          while (named.find()) {
            anchors.add(named.group(1));
          }
        });
    return anchors;
  }

  /** As renderers of Markdown make it. */
  private static String slug(String heading) {
    return heading
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N} _-]", "")
        .strip()
        .replace(' ', '-');
  }
}
