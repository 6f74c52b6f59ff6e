package exacta.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import exacta.numerics.Kernels;
import exacta.numerics.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the published answers of the listed models, which the C reference gives as well. */
@Timeout(120)
class TinyReferenceTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("exacta.root"), "docs/spec/vectors/generation");

  @TempDir Path folder;

  @Test
  void listedModelsGiveThePublishedAnswers() throws IOException {
    check("tiny.txt");
  }

  @Test
  void schemasAllowThePublishedTokens() throws IOException {
    check("constrained.txt");
  }

  @Test
  void everyListedModelHasAnswers() throws IOException {
    List<String> answered = new ArrayList<>(given("tiny.txt"));
    answered.addAll(given("constrained.txt"));
    assertEquals(
        ListedModels.read(FOLDER.resolve("models.txt")).names(),
        List.copyOf(new TreeSet<>(answered.stream().map(line -> line.split(" ")[0]).toList())));
  }

  private static List<String> given(String file) throws IOException {
    return Files.readAllLines(FOLDER.resolve(file)).stream()
        .filter(line -> !line.startsWith("#"))
        .toList();
  }

  private void check(String file) throws IOException {
    List<String> lines = given(file);
    ListedModels models = ListedModels.read(FOLDER.resolve("models.txt"));
    List<String> answered = lines(models, lines, folder);
    for (int i = 0; i < lines.size(); i++) {
      assertEquals(lines.get(i), answered.get(i), file + ", vector " + (i + 1));
    }
  }

  /** Each line with what the models give. */
  private static List<String> lines(ListedModels models, List<String> given, Path folder)
      throws IOException {
    List<String> answered = new ArrayList<>();
    for (String line : given) {
      GoldenAnswer golden = GoldenAnswer.parse(line.split(" -> ")[0]);
      Path path = folder.resolve(golden.model() + ".gguf");
      models.write(golden.model(), path);
      try (Workers workers = new Workers(1);
          Model model = Model.open(path, Kernels.vector(workers))) {
        answered.add(golden.line(model));
      }
    }
    return answered;
  }

  /**
   * Completes lines of {@code tiny.txt}: the argument is a file of inputs. To be run when a rule is
   * added; a rule that has vectors keeps them.
   */
  static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[0]);
    ListedModels models = ListedModels.read(FOLDER.resolve("models.txt"));
    lines(models, Files.readAllLines(file), Files.createTempDirectory("models"))
        .forEach(IO::println);
  }
}
