package exacta.acceptance;

import exacta.engine.AnswerRequest;
import exacta.engine.Claim;
import exacta.engine.End;
import exacta.engine.Generation;
import exacta.engine.Model;
import exacta.engine.Recomputation;
import exacta.engine.Sampling;
import exacta.engine.Step;
import exacta.numerics.Kernels;
import exacta.numerics.Workers;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * Some of the ways to compute answers of a real model, one after the other: {@code SameBits
 * FILE.gguf KERNELS WAY IN OUT [WAY IN OUT ...]}, where KERNELS is {@code scalar} or the vector
 * kernels' number of threads. For each line of the file IN, one is written to OUT; what it says
 * does not depend on the kernels, and so it equals the lines of {@code
 * docs/spec/reference/reference.c}.
 *
 * <ul>
 *   <li>{@code answers}: requests to answers, by decoding one token at a time
 *   <li>{@code drafts}: the same, with drafts
 *   <li>{@code prefill}: requests with answers to answers, each recomputed in passes of a prefill
 *   <li>{@code batch}: the same, eight together
 *   <li>{@code cuts}: the same, each cut at a place of its own and continued from there
 *   <li>{@code logits}: texts to hashes of all logits of all their positions
 * </ul>
 *
 * <p>{@code SameBits FILE.gguf requests TEXT COUNT} prints requests, with prompts of a text.
 */
public final class SameBits {
  private static final int TOGETHER = 8;

  /** Tokens of an answer, and of the few whose positions are in more than one chunk. */
  private static final int ANSWER = 33;

  private static final int LONG_PROMPT = 500;
  private static final int TOKENS_AFTER_CUT = 3;

  private final Model model;

  /** What an answer is, as bits. */
  private record Answer(int[] tokens, List<Integer> bits, String end, String digest) {
    static Answer parse(String[] field, int at) {
      List<Integer> bits =
          Arrays.stream(field[at + 1].split(","))
              .map(word -> Integer.parseUnsignedInt(word, 16))
              .toList();
      return new Answer(parseTokens(field[at]), bits, field[at + 2], field[at + 3]);
    }

    String line() {
      return String.join(
          " ",
          text(tokens),
          bits.stream().map(Integer::toHexString).collect(Collectors.joining(",")),
          end,
          digest);
    }
  }

  private SameBits(Model model) {
    this.model = model;
  }

  public static void main(String[] arguments) throws IOException {
    String kernels = arguments[1];
    boolean makes = kernels.equals("requests");
    boolean scalar = kernels.equals("scalar");
    int threads = scalar || makes ? 1 : Integer.parseInt(kernels);
    try (Workers workers = new Workers(threads);
        Model model =
            Model.open(
                Path.of(arguments[0]), scalar ? Kernels.scalar() : Kernels.vector(workers))) {
      SameBits ways = new SameBits(model);
      if (makes) {
        ways.requests(Path.of(arguments[2]), Integer.parseInt(arguments[3]));
        return;
      }
      for (int i = 2; i < arguments.length; i += 3) {
        ways.file(arguments[i], Path.of(arguments[i + 1]), Path.of(arguments[i + 2]));
      }
    }
  }

  private void file(String way, Path in, Path out) throws IOException {
    List<String> lines = Files.readAllLines(in, StandardCharsets.US_ASCII);
    List<String> results = new ArrayList<>();
    for (int from = 0; from < lines.size(); from += TOGETHER) {
      results.addAll(lines(way, lines.subList(from, Math.min(lines.size(), from + TOGETHER))));
    }
    Files.write(out, results, StandardCharsets.US_ASCII);
  }

  private List<String> lines(String way, List<String> lines) {
    return switch (way) {
      case "answers" ->
          lines.stream().map(line -> answer(line, Generation::withoutDrafts)).toList();
      case "drafts" -> lines.stream().map(line -> answer(line, Generation::begin)).toList();
      case "prefill" -> lines.stream().flatMap(line -> recompute(List.of(line)).stream()).toList();
      case "batch" -> recompute(lines);
      case "cuts" -> lines.stream().map(this::cut).toList();
      case "logits" -> lines.stream().map(this::logits).toList();
      default -> throw new IllegalArgumentException("no way " + way);
    };
  }

  /** Greedy and sampled by turns; most prompts are short, so that most positions are decoded. */
  private void requests(Path text, int count) throws IOException {
    int[] tokens = model.card().tokenizer().encode(Files.readString(text));
    Random random = new Random(1);
    for (int i = 0; i < count; i++) {
      int length = i % 50 == 49 ? LONG_PROMPT : 4 + random.nextInt(12);
      int from = random.nextInt(tokens.length - length);
      String sampling = i % 2 == 0 ? "00000000 0 3f800000" : "3f4ccccd 40 3f733333";
      System.out.println(
          String.join(
              " ",
              text(Arrays.copyOfRange(tokens, from, from + length)),
              String.valueOf(ANSWER),
              "-",
              sampling,
              Hasher.of("same-bits").integer(i).finish().toHex()));
    }
  }

  private static AnswerRequest request(String line) {
    String[] field = line.split(" ");
    Sampling sampling =
        new Sampling(
            Float.intBitsToFloat(Integer.parseUnsignedInt(field[3], 16)),
            Integer.parseInt(field[4]),
            Float.intBitsToFloat(Integer.parseUnsignedInt(field[5], 16)),
            List.of());
    return new AnswerRequest(
        parseTokens(field[0]),
        Integer.parseInt(field[1]),
        sampling,
        Digest32.ofHex(field[6]),
        field[2].equals("-") ? new int[0] : parseTokens(field[2]));
  }

  private static Answer answer(String line) {
    return Answer.parse(line.split(" "), 7);
  }

  private String answer(String line, BiFunction<Model, AnswerRequest, Generation> beginning) {
    AnswerRequest request = request(line);
    return decode(request, beginning.apply(model, request), List.of()).line();
  }

  private static Answer decode(
      AnswerRequest request, Generation generation, List<Integer> bitsHad) {
    List<Integer> tokens = new ArrayList<>(Arrays.stream(request.had()).boxed().toList());
    List<Integer> bits = new ArrayList<>(bitsHad);
    Optional<End> end = Optional.empty();
    while (end.isEmpty()) {
      switch (generation.step()) {
        case Step.Prefilled _ -> {}
        case Step.Produced(int token, float logProbability, var _, Optional<End> last) -> {
          tokens.add(token);
          bits.add(Float.floatToRawIntBits(logProbability));
          end = last;
        }
        case Step.Ended(End ended) -> end = Optional.of(ended);
      }
    }
    int[] ids = tokens.stream().mapToInt(Integer::intValue).toArray();
    return new Answer(ids, bits, end.get().name(), generation.digest().toHex());
  }

  private List<String> recompute(List<String> lines) {
    List<Claim> claims =
        lines.stream().map(line -> new Claim(request(line), answer(line).tokens(), false)).toList();
    Recomputation check = Recomputation.begin(model, claims);
    while (!check.step()) {}
    return check.results().stream().map(SameBits::line).toList();
  }

  private static String line(Recomputation.Result result) {
    List<Integer> bits = new ArrayList<>();
    for (float logProbability : result.logProbabilities()) {
      bits.add(Float.floatToRawIntBits(logProbability));
    }
    String end = result.end().map(Enum::name).orElse("NONE");
    return new Answer(result.tokens(), bits, end, result.digest().toHex()).line();
  }

  /**
   * Continues an answer from a cut, for some tokens. The digest of a continuation covers its own
   * tokens only; what is shown is the whole answer's.
   */
  private String cut(String line) {
    AnswerRequest whole = request(line);
    Answer expected = answer(line);
    int length = expected.tokens().length;
    int cut = Math.floorMod(Arrays.hashCode(whole.prompt()), length);
    int until = Math.min(length, cut + TOKENS_AFTER_CUT);
    int[] had = Arrays.copyOf(expected.tokens(), cut);
    AnswerRequest rest =
        new AnswerRequest(whole.prompt(), until, whole.sampling(), whole.key(), had);
    Answer actual = decode(rest, Generation.begin(model, rest), expected.bits().subList(0, cut));
    boolean same =
        Arrays.equals(actual.tokens(), Arrays.copyOf(expected.tokens(), until))
            && actual.bits().equals(expected.bits().subList(0, until));
    return same ? expected.line() : "DIFFERENT after " + cut + " tokens: " + actual.line();
  }

  private String logits(String line) {
    Hasher hasher = Hasher.of("logits");
    int[] tokens = parseTokens(line);
    int finite = model.read(tokens, 0, (_, _, logits) -> hasher.floats(logits, 0, logits.length));
    return finite == tokens.length ? hasher.finish().toHex() : "FAILED at " + finite;
  }

  private static int[] parseTokens(String list) {
    return Arrays.stream(list.split(",")).mapToInt(Integer::parseInt).toArray();
  }

  private static String text(int[] tokens) {
    return Arrays.stream(tokens).mapToObj(String::valueOf).collect(Collectors.joining(","));
  }
}
