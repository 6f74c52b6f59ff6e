package exacta.acceptance;

import exacta.engine.AnswerRequest;
import exacta.engine.End;
import exacta.engine.Generation;
import exacta.engine.Model;
import exacta.engine.Recomputation;
import exacta.engine.Sampling;
import exacta.engine.Step;
import exacta.engine.text.ChatMessage;
import exacta.engine.text.ChatPrompt;
import exacta.numerics.Kernels;
import exacta.numerics.Workers;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One seed, one answer: {@code SameBits FILE.gguf [TOKENS]}. A real model gives equal tokens,
 * log-probabilities and digests with 1 and 2 threads, by scalar and vector kernels, in decode and
 * in the pass of a prefill, and cut at any token. Prints one line for each way; exit code 1 if one
 * differs. The scalar kernels take some minutes.
 */
public final class SameBits {
  private static final int TOKENS = 24;

  private final int[] prompt;
  private final int tokens;

  /** What an answer is, as bits. */
  private record Answer(
      List<Integer> tokens, List<Integer> bits, Optional<End> end, String digest) {
    int[] ids() {
      return tokens.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  private SameBits(int[] prompt, int tokens) {
    this.prompt = prompt;
    this.tokens = tokens;
  }

  public static void main(String[] arguments) {
    Path file = Path.of(arguments[0]);
    int tokens = arguments.length > 1 ? Integer.parseInt(arguments[1]) : TOKENS;
    boolean same;
    Answer expected;
    SameBits check;
    try (Workers workers = new Workers(1);
        Model model = Model.open(file, Kernels.vector(workers))) {
      check = new SameBits(prompt(model), tokens);
      expected = check.decode(model, 0, List.of());
      System.out.println("vector, 1 thread, decode: " + expected.digest());
      same = check.compare("vector, 1 thread, prefill", expected, check.prefill(model, expected));
      same &= check.cuts(model, expected);
    }
    try (Workers workers = new Workers(2);
        Model model = Model.open(file, Kernels.vector(workers))) {
      same &=
          check.compare("vector, 2 threads, decode", expected, check.decode(model, 0, List.of()));
      same &= check.compare("vector, 2 threads, prefill", expected, check.prefill(model, expected));
    }
    try (Model model = Model.open(file, Kernels.scalar())) {
      same &= check.compare("scalar, prefill", expected, check.prefill(model, expected));
      same &= check.compare("scalar, decode", expected, check.decode(model, 0, List.of()));
    }
    System.exit(same ? 0 : 1);
  }

  private static int[] prompt(Model model) {
    List<ChatMessage> question =
        List.of(
            new ChatMessage("system", "You are a helpful assistant."),
            new ChatMessage("user", "Tell me about the sea in a few words."));
    return switch (model.card().chatPrompt(question)) {
      case ChatPrompt.Tokens ready -> ready.ids();
      case ChatPrompt.Refused _ -> model.card().completionPrompt("The sea is");
    };
  }

  private AnswerRequest request(List<Integer> had) {
    Sampling sampling = new Sampling(0.8f, 100, 0.95f, List.of());
    Digest32 key = Hasher.of("same-bits").integer(1).finish();
    int[] tokensHad = had.stream().mapToInt(Integer::intValue).toArray();
    return new AnswerRequest(prompt, tokens, sampling, key, tokensHad);
  }

  private Answer decode(Model model, int from, List<Integer> had) {
    Generation generation = Generation.begin(model, request(had.subList(0, from)));
    List<Integer> ids = new ArrayList<>();
    List<Integer> bits = new ArrayList<>();
    Optional<End> end = Optional.empty();
    while (end.isEmpty()) {
      switch (generation.step()) {
        case Step.Prefilled _ -> {}
        case Step.Produced(int token, float logProbability, Optional<End> last) -> {
          ids.add(token);
          bits.add(Float.floatToRawIntBits(logProbability));
          end = last;
        }
        case Step.Ended(End ended) -> end = Optional.of(ended);
      }
    }
    return new Answer(ids, bits, end, generation.digest().toHex());
  }

  private Answer prefill(Model model, Answer claim) {
    Recomputation check = Recomputation.begin(model, request(List.of()), claim.ids(), false);
    while (!check.step()) {}
    Recomputation.Result result = check.result();
    List<Integer> bits = new ArrayList<>();
    for (float logProbability : result.logProbabilities()) {
      bits.add(Float.floatToRawIntBits(logProbability));
    }
    return new Answer(
        Arrays.stream(result.tokens()).boxed().toList(),
        bits,
        result.end(),
        result.digest().toHex());
  }

  /** The digest of a continuation covers its own tokens, so it is not compared. */
  private boolean cuts(Model model, Answer whole) {
    boolean same = true;
    int length = whole.tokens().size();
    for (int cut = 0; cut <= length; cut++) {
      Answer rest = decode(model, cut, whole.tokens());
      same &=
          rest.tokens().equals(whole.tokens().subList(cut, length))
              && rest.bits().equals(whole.bits().subList(cut, length))
              && rest.end().equals(whole.end());
    }
    System.out.println("cut at each of " + length + " tokens: " + (same ? "same" : "DIFFERENT"));
    return same;
  }

  private boolean compare(String way, Answer expected, Answer actual) {
    boolean same = expected.equals(actual);
    System.out.println(way + ": " + actual.digest() + (same ? ", same" : ", DIFFERENT"));
    return same;
  }
}
