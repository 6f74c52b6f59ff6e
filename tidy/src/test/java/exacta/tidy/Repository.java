package exacta.tidy;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The repository's files, read once. Build outputs, and what editors leave, are not among them. */
final class Repository {
  static final Path ROOT = root();

  private static final Set<String> SKIPPED =
      Set.of("target", ".git", ".idea", ".vscode", "node_modules", "__pycache__", "shared");

  /** All text files, by path. */
  static final List<SourceFile> FILES = read();

  private Repository() {}

  private static Path root() {
    String root = System.getProperty("exacta.root", "");
    assertTrue(!root.isEmpty(), "the build passes the repository's folder as exacta.root");
    return Path.of(root).toAbsolutePath().normalize();
  }

  static List<SourceFile> java() {
    return FILES.stream().filter(file -> file.name().endsWith(".java")).toList();
  }

  static List<SourceFile> markdown() {
    return FILES.stream().filter(file -> file.name().endsWith(".md")).toList();
  }

  /** Fails with the list, if there is anything in it. */
  static void assertNothing(String rule, List<String> violations) {
    assertTrue(violations.isEmpty(), rule + "\n  " + String.join("\n  ", violations));
  }

  private static List<SourceFile> read() {
    List<SourceFile> files = new ArrayList<>();
    try {
      Files.walkFileTree(
          ROOT,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              boolean skipped =
                  !folder.equals(ROOT) && SKIPPED.contains(folder.getFileName().toString());
              return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              if (attributes.isRegularFile() && !file.equals(ROOT.resolve(".git"))) {
                addText(files, file);
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new AssertionError("the repository cannot be read", e);
    }
    files.sort((left, right) -> left.name().compareTo(right.name()));
    return List.copyOf(files);
  }

  private static void addText(List<SourceFile> files, Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      files.add(new SourceFile(ROOT.relativize(file), text));
    } catch (CharacterCodingException e) {
      // Not text: a picture. The rules are about texts.
      return;
    }
  }
}
