package exacta.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.numerics.Kernels;
import exacta.numerics.Workers;
import exacta.primitives.Digest32;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tiny models give the answers that they gave before: an engine that is faster is no other one. */
class SameAnswersTest {
  @TempDir Path folder;

  /** What comes before the arrow in a line of the file. */
  private record Case(
      long seed, int[] prompt, int maxTokens, int[] had, Sampling sampling, Digest32 key) {
    static Case parse(String text) {
      String[] field = text.split(" ");
      Sampling sampling =
          new Sampling(
              Float.intBitsToFloat(Integer.parseUnsignedInt(field[4], 16)),
              Integer.parseInt(field[5]),
              Float.intBitsToFloat(Integer.parseUnsignedInt(field[6], 16)),
              List.of());
      return new Case(
          Long.parseLong(field[0]),
          tokens(field[1]),
          Integer.parseInt(field[2]),
          tokens(field[3]),
          sampling,
          Digest32.ofHex(field[7]));
    }

    private static int[] tokens(String list) {
      return list.equals("-")
          ? Answers.NONE
          : Arrays.stream(list.split(",")).mapToInt(Integer::parseInt).toArray();
    }
  }

  @Test
  void equalsTheAnswersThatWere() throws IOException {
    Path file =
        Path.of(
            System.getProperty("exacta.root"),
            "testkit/src/test/resources/exacta/engine/answers.txt");
    List<String> lines =
        Files.readAllLines(file).stream().filter(line -> !line.startsWith("#")).toList();
    assertTrue(lines.size() >= 6);
    for (String line : lines) {
      Case given = Case.parse(line.substring(0, line.indexOf(" -> ")));
      assertEquals(line, line.substring(0, line.indexOf(" -> ")) + " -> " + answer(given));
    }
  }

  private String answer(Case given) {
    try (Workers workers = new Workers(1);
        Model model = Answers.tiny(folder, given.seed(), Kernels.vector(workers))) {
      AnswerRequest request =
          new AnswerRequest(
              given.prompt(), given.maxTokens(), given.sampling(), given.key(), given.had());
      Answers.Whole answer = Answers.run(model, request);
      return String.join(
          " ",
          model.digest().identity().root().toHex().substring(0, 16),
          answer.tokens().stream().map(String::valueOf).collect(Collectors.joining(",")),
          answer.bits().stream().map(Integer::toHexString).collect(Collectors.joining(",")),
          answer.end().orElseThrow().name(),
          answer.digest().toHex());
    }
  }
}
