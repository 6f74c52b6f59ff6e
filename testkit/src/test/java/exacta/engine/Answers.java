package exacta.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import exacta.numerics.Kernels;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.testkit.TinyModels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Runs answers of tiny models to their end. */
final class Answers {
  static final int[] NONE = {};

  private Answers() {}

  /** All that an answer is; bits are compared. */
  record Whole(List<Integer> tokens, List<Integer> bits, Optional<End> end, Digest32 digest) {
    int[] ids() {
      return tokens.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  static Model tiny(Path folder, long seed, Kernels kernels) {
    Path path = folder.resolve("tiny-" + seed + ".gguf");
    TinyModels.llama(seed, path);
    return Model.open(path, kernels);
  }

  /** Alone, with drafts and without, which must not matter. */
  static Whole run(Model model, AnswerRequest request) {
    Generation plain = Generation.withoutDrafts(model, request);
    Generation drafting = Generation.begin(model, request);
    for (Step step = null; !(step instanceof Step.Ended); ) {
      step = plain.step();
      assertSame(step, drafting.step());
      assertEquals(plain.digest(), drafting.digest());
    }
    return run(Generation.begin(model, request));
  }

  private static void assertSame(Step expected, Step actual) {
    if (expected instanceof Step.Produced produced && actual instanceof Step.Produced other) {
      assertEquals(produced.token(), other.token());
      assertEquals(produced.end(), other.end());
      assertEquals(
          bits(produced.logProbability(), produced.likeliest()),
          bits(other.logProbability(), other.likeliest()));
    } else {
      assertEquals(expected, actual);
    }
  }

  static Whole run(Generation generation) {
    List<Integer> tokens = new ArrayList<>();
    List<Integer> bits = new ArrayList<>();
    while (true) {
      switch (generation.step()) {
        case Step.Prefilled _ -> {}
        case Step.Produced(int token, float logProbability, var likeliest, Optional<End> end) -> {
          tokens.add(token);
          bits.addAll(bits(logProbability, likeliest));
          if (end.isPresent()) {
            return new Whole(tokens, bits, end, generation.digest());
          }
        }
        case Step.Ended(End end) -> {
          return new Whole(tokens, bits, Optional.of(end), generation.digest());
        }
      }
    }
  }

  /** The true answer, found by the check of a claim. */
  static Whole check(Model model, AnswerRequest request, int[] claimed, boolean cut) {
    Recomputation check = Recomputation.begin(model, request, claimed, cut);
    while (!check.step()) {}
    return whole(check.result());
  }

  static Whole whole(Recomputation.Result result) {
    return new Whole(
        Arrays.stream(result.tokens()).boxed().toList(),
        IntStream.range(0, result.logProbabilities().length)
            .mapToObj(i -> bits(result.logProbabilities()[i], result.likeliest().get(i)))
            .flatMap(List::stream)
            .toList(),
        result.end(),
        result.digest());
  }

  /** Of one token; of the likeliest ones, where they are asked for, too. */
  private static List<Integer> bits(float logProbability, Likeliest likeliest) {
    List<Integer> bits = new ArrayList<>(List.of(Float.floatToRawIntBits(logProbability)));
    for (int i = 0; i < likeliest.tokens().length; i++) {
      bits.add(likeliest.tokens()[i]);
      bits.add(Float.floatToRawIntBits(likeliest.logProbabilities()[i]));
    }
    return bits;
  }

  static AnswerRequest request(int[] prompt, int maxTokens, Sampling sampling, int... had) {
    return new AnswerRequest(prompt, maxTokens, sampling, key("answers"), had);
  }

  static Digest32 key(String name) {
    return Hasher.of("test").text(name).finish();
  }

  static Sampling warm() {
    return new Sampling(0.8f, 40, 0.95f, List.of());
  }

  /** Ordinary tokens, varied. */
  static int[] prompt(int length) {
    return IntStream.range(0, length).map(i -> 3 + (i * 31 + i * i * 7) % 250).toArray();
  }
}
