package exacta.acceptance;

import exacta.engine.AnswerRequest;
import exacta.engine.Claim;
import exacta.engine.ComputePool;
import exacta.engine.Generation;
import exacta.engine.Model;
import exacta.engine.Penalties;
import exacta.engine.Recomputation;
import exacta.engine.Sampling;
import exacta.engine.Step;
import exacta.fraud.WeakModel;
import exacta.numerics.Kernels;
import exacta.numerics.Workers;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What it costs to check an answer of 256 tokens, and what a check finds: {@code Checking FILE.gguf
 * [THREADS]}. Times the check of one answer, that of eight together, and a prefill as long as
 * prompt and answer before and after each; exit code 1 if a check takes more than 1.4 times the
 * prefills beside it (median), or does not find what is wrong.
 */
public final class Checking {
  private static final int ANSWER = 256;
  private static final int TOGETHER = 8;
  private static final int ROUNDS = 7;
  private static final double RATIO_MAX = 1.4;

  private final Model model;
  private boolean failed;

  private Checking(Model model) {
    this.model = model;
  }

  public static void main(String[] arguments) throws Exception {
    Path file = Path.of(arguments[0]);
    int threads = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1;
    Path folder = Files.createTempDirectory("checking");
    try (Workers workers = new Workers(threads);
        Model model = Model.open(file, Kernels.vector(workers))) {
      Checking checking = new Checking(model);
      System.out.printf("%d threads; answers of %d tokens%n", threads, ANSWER);
      checking.cost("greedy", Sampling.greedy());
      checking.cost("temperature 1", new Sampling(1, 0, 1, List.of()));
      checking.cost("temperature 0.8, top-k 40, top-p 0.95", warm());
      checking.cost(
          "the same with penalties", warm().withPenalties(new Penalties(1.1f, 0.2f, 0.1f)));
      checking.findings();
      try (ComputePool pool = new ComputePool(workers);
          WeakModel weak = WeakModel.make(file, folder, pool)) {
        checking.findsWeakerWeights(weak);
      }
      System.exit(checking.failed ? 1 : 0);
    } finally {
      Files.deleteIfExists(folder);
    }
  }

  private static Sampling warm() {
    return new Sampling(0.8f, 40, 0.95f, List.of());
  }

  private int[] prompt(int number) {
    String text =
        "Answer number %d. Tell a long story about the sea, a ship and the people on it."
            .formatted(number);
    return model.card().completionPrompt(text);
  }

  private AnswerRequest request(int number, Sampling sampling) {
    Digest32 key = Hasher.of("checking").integer(number).finish();
    return new AnswerRequest(prompt(number), ANSWER, sampling, key, new int[0]);
  }

  private static int[] answer(Generation generation) {
    int[] tokens = new int[ANSWER];
    int count = 0;
    while (true) {
      switch (generation.step()) {
        case Step.Prefilled _ -> {}
        case Step.Produced produced -> {
          tokens[count++] = produced.token();
          if (produced.end().isPresent()) {
            return Arrays.copyOf(tokens, count);
          }
        }
        case Step.Ended _ -> {
          return Arrays.copyOf(tokens, count);
        }
      }
    }
  }

  /** End tokens get a bias, so that every answer is as long as it may be. */
  private Sampling endless(Sampling sampling) {
    Map<Integer, Float> bias = new TreeMap<>();
    model.card().endTokens().forEach(token -> bias.put(token, -100f));
    return sampling.withBias(new TreeMap<>(bias));
  }

  private void cost(String name, Sampling sampling) {
    List<Claim> claims = new ArrayList<>();
    double[] generate = new double[TOGETHER];
    for (int i = 0; i < TOGETHER; i++) {
      AnswerRequest request = request(i, endless(sampling));
      long start = System.nanoTime();
      int[] tokens = answer(Generation.withoutDrafts(model, request));
      generate[i] = millis(start);
      claims.add(new Claim(request, tokens, false));
    }
    double[] prefill = new double[ROUNDS];
    double[] alone = new double[ROUNDS];
    double[] together = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      Claim claim = claims.get(round % TOGETHER);
      double before = prefill(claim);
      double one = check(List.of(claim));
      double between = prefill(claim);
      double all = check(claims) / TOGETHER;
      double after = prefill(claim);
      prefill[round] = between;
      alone[round] = 2 * one / (before + between);
      together[round] = 2 * all / (between + after);
    }
    double base = median(prefill);
    System.out.printf(
        "%s: prefill %.0f ms; a check alone %.2f of it, of %d together %.2f each; the answer %.0f"
            + " ms, of which a check is %.0f %%%n",
        name,
        base,
        median(alone),
        TOGETHER,
        median(together),
        median(generate),
        100 * median(alone) * base / median(generate));
    failed |= median(alone) > RATIO_MAX || median(together) > RATIO_MAX;
  }

  /** Reads prompt and answer as one prompt. */
  private double prefill(Claim claim) {
    int[] prompt = claim.request().prompt();
    int[] sequence = Arrays.copyOf(prompt, prompt.length + claim.tokens().length);
    System.arraycopy(claim.tokens(), 0, sequence, prompt.length, claim.tokens().length);
    AnswerRequest request =
        new AnswerRequest(sequence, 1, Sampling.greedy(), Digest32.ZERO, new int[0]);
    long start = System.nanoTime();
    Generation generation = Generation.begin(model, request);
    while (!(generation.step() instanceof Step.Prefilled read && read.done() == read.total())) {}
    return millis(start);
  }

  private double check(List<Claim> claims) {
    long start = System.nanoTime();
    Recomputation check = Recomputation.begin(model, claims);
    while (!check.step()) {}
    double millis = millis(start);
    for (int i = 0; i < claims.size(); i++) {
      expect(
          "right answer is found right", right(claims.get(i), check.results().get(i)), true, false);
    }
    return millis;
  }

  private static boolean right(Claim claim, Recomputation.Result result) {
    return Arrays.equals(claim.tokens(), result.tokens()) && result.end().isPresent();
  }

  private void findings() {
    for (Sampling sampling : List.of(endless(Sampling.greedy()), endless(warm()))) {
      AnswerRequest request = request(1, sampling);
      int[] tokens = answer(Generation.begin(model, request));
      for (int at : new int[] {0, 100, ANSWER - 1}) {
        int[] changed = tokens.clone();
        changed[at]++;
        finds("token " + at + " changed", request, changed);
      }
      TreeMap<Integer, Float> bias = new TreeMap<>(sampling.bias());
      bias.put(tokens[50], -5f);
      finds("another logit bias", request(1, sampling.withBias(bias)), tokens);
    }
    AnswerRequest request = request(1, endless(warm()));
    AnswerRequest otherKey =
        new AnswerRequest(request.prompt(), ANSWER, request.sampling(), Digest32.ZERO, new int[0]);
    finds("another seed", otherKey, answer(Generation.begin(model, request)));
  }

  private void finds(String what, AnswerRequest ordered, int[] tokens) {
    Recomputation check = Recomputation.begin(model, ordered, tokens, false);
    while (!check.step()) {}
    expect(what, right(new Claim(ordered, tokens, false), check.result()), false, true);
  }

  /** Even where the tokens are the same, the digest is not. */
  private void findsWeakerWeights(WeakModel weak) {
    for (Sampling sampling : List.of(endless(Sampling.greedy()), endless(warm()))) {
      AnswerRequest request = request(1, sampling);
      Generation generation = weak.begin(request, this);
      int[] tokens = answer(generation);
      Recomputation check = Recomputation.begin(model, request, tokens, false);
      while (!check.step()) {}
      boolean same =
          right(new Claim(request, tokens, false), check.result())
              || check.result().digest().equals(generation.digest());
      expect("weights of two bits", same, false, true);
    }
  }

  private void expect(String what, boolean actual, boolean expected, boolean print) {
    if (print || actual != expected) {
      System.out.printf("%s: %s%n", what, actual == expected ? "found" : "NOT FOUND");
    }
    failed |= actual != expected;
  }

  private static double millis(long start) {
    return (System.nanoTime() - start) * 1e-6;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
