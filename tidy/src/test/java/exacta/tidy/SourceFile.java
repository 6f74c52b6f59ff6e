package exacta.tidy;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A text file.
 *
 * @param path from the repository's root
 */
record SourceFile(Path path, String text) {
  private static final Pattern COMMENT_BREAK = Pattern.compile("\\n\\s*(?:\\*(?!/)|//|#)?\\s*");

  /** With slashes, whatever the machine uses. */
  String name() {
    return path.toString().replace('\\', '/');
  }

  String module() {
    return path.getName(0).toString();
  }

  boolean isMain() {
    return name().contains("/src/main/");
  }

  List<String> lines() {
    return text.lines().toList();
  }

  /** The text with every line break, and a comment's star behind it, as one space. */
  String joined() {
    return COMMENT_BREAK.matcher(text).replaceAll(" ");
  }
}
