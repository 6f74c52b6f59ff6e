package exacta.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.engine.text.Detokenizer;
import exacta.numerics.Kernels;
import exacta.numerics.Workers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers that have to fit a schema are answers like all others. */
class ConstrainedAnswerTest {
  private static final String SCHEMA =
      "{\"properties\":{\"a\":{\"type\":\"string\",\"maxLength\":9},"
          + "\"b\":{\"type\":\"array\",\"items\":{\"type\":\"boolean\"},\"maxItems\":3}},"
          + "\"required\":[\"a\",\"b\"]}";

  @TempDir static Path folder;

  @Test
  void endWhereTheirTextFits() {
    with(model -> {
      for (int i = 0; i < 12; i++) {
        Answers.Whole answer = Answers.run(model, request(i));
        assertEquals(Optional.of(End.STOP), answer.end());
        String text = Detokenizer.text(model.card().tokenizer(), answer.ids());
        assertTrue(
            text.matches(
                "(?s)\\{\\s*\"a\":\\s*\".*\",\\s*\"b\":\\s*\\[(\\s|,|true|false)*\\]\\s*\\}"),
            text);
      }
    });
  }

  @Test
  void goOnAtAnyTokenAndAreCheckedLikeOthers() {
    with(model -> {
      for (int i = 0; i < 4; i++) {
        Answers.Whole whole = Answers.run(model, request(i));
        Recomputation check = Recomputation.begin(model, request(i), whole.ids(), false);
        while (!check.step()) {}
        assertEquals(whole, Answers.whole(check.result()));
        for (int cut = 0; cut < whole.ids().length; cut += 3) {
          Answers.Whole rest = Answers.run(model, request(i, Arrays.copyOf(whole.ids(), cut)));
          assertEquals(whole.tokens().subList(cut, whole.ids().length), rest.tokens());
        }
      }
    });
  }

  @Test
  void failWhereNothingIsAllowed() {
    with(model -> {
      int[] had = model.card().tokenizer().encode("no JSON");
      Answers.Whole answer = Answers.run(model, request(1, had));
      assertEquals(Optional.of(End.FAILED), answer.end());
      assertEquals(List.of(), answer.tokens());
    });
  }

  @Test
  void areRefusedWithASchemaThatIsNotSupported() {
    with(model -> {
      AnswerRequest request =
          Answers.request(Answers.prompt(9), 20, Sampling.greedy().withSchema("{\"not\":true}"));
      assertThrows(IllegalArgumentException.class, () -> Generation.begin(model, request));
    });
  }

  private static AnswerRequest request(int number, int... had) {
    Sampling sampling = number % 2 == 0 ? new Sampling(1, 0, 1, List.of()) : Answers.warm();
    return Answers.request(Answers.prompt(9 + number), 300, sampling.withSchema(SCHEMA), had);
  }

  private static void with(Consumer<Model> test) {
    try (Workers workers = new Workers(1);
        Model model = Answers.tiny(folder, 1, Kernels.vector(workers))) {
      test.accept(model);
    }
  }
}
