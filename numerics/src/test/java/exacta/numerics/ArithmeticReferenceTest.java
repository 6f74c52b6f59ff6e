package exacta.numerics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Runs the published vectors of the arithmetic, by the scalar kernels and by the fast ones. */
class ArithmeticReferenceTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("exacta.root"), "docs/spec/vectors/arithmetic");

  @Test
  void scalarKernelsGiveThePublishedBits() throws IOException {
    check(Kernels.scalar());
  }

  @Test
  void vectorKernelsGiveThePublishedBits() throws IOException {
    try (Workers workers = new Workers(2)) {
      check(Kernels.vector(workers));
    }
  }

  @Test
  void everyFormatHasVectors() throws IOException {
    List<String> lines = Files.readAllLines(FOLDER.resolve("products.txt"));
    for (WeightFormat format : WeightFormat.values()) {
      for (String operation : List.of("decode ", "multiply ")) {
        String start = operation + format + " ";
        assertTrue(lines.stream().anyMatch(line -> line.startsWith(start)), "none of " + start);
      }
    }
  }

  private static void check(Kernels kernels) throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      for (Path file : files.sorted().toList()) {
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
          String line = lines.get(i);
          if (!line.startsWith("#")) {
            String inputs = line.substring(0, line.indexOf(" -> "));
            String where = file.getFileName() + ", line " + (i + 1);
            assertEquals(line, GoldenCase.parse(inputs).line(kernels), where);
          }
        }
      }
    }
  }
}
