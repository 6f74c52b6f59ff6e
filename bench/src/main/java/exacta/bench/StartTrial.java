package exacta.bench;

import exacta.engine.AnswerRequest;
import exacta.engine.Generation;
import exacta.engine.Model;
import exacta.engine.Sampling;
import exacta.engine.Step;
import exacta.numerics.Kernels;
import exacta.numerics.Workers;
import exacta.primitives.Digest32;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.TreeMap;

/**
 * A fresh start: {@code StartTrial FILE THREADS}. Loads, rehearses as a server does, and then reads
 * a prompt and decodes whenever a line comes; prints what took how many nanoseconds, see {@link
 * StartProcess.Round}. Ends with its input.
 */
final class StartTrial {
  private static final int PROMPT = 64;
  private static final int ANSWER = 8;

  private final Model model;

  /** Every answer is as long as it may be. */
  private final Sampling endless;

  private StartTrial(Model model) {
    this.model = model;
    TreeMap<Integer, Float> bias = new TreeMap<>();
    model.card().endTokens().forEach(token -> bias.put(token, -100f));
    endless = Sampling.greedy().withBias(bias);
  }

  public static void main(String[] arguments) throws IOException {
    try (Workers workers = Workers.ofColdProcess(Integer.parseInt(arguments[1]));
        Model model = Model.open(Path.of(arguments[0]), Kernels.vector(workers))) {
      StartTrial trial = new StartTrial(model);
      Generation rehearsal = Generation.rehearsal(model);
      while (!(rehearsal.step() instanceof Step.Ended)) {}
      BufferedReader turns =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
      for (int round = 0; turns.readLine() != null; round++) {
        System.out.println(trial.answer(round));
      }
    }
  }

  private String answer(int round) {
    int[] prompt = new int[PROMPT];
    for (int i = 0; i < PROMPT; i++) {
      prompt[i] = (1000 + 37 * (i + round)) % model.card().vocabularySize();
    }
    Generation generation =
        Generation.withoutDrafts(
            model, new AnswerRequest(prompt, ANSWER + 1, endless, Digest32.ZERO, new int[0]));
    long start = System.nanoTime();
    while (!(generation.step() instanceof Step.Produced)) {}
    long read = System.nanoTime();
    while (generation.step() instanceof Step.Produced) {}
    return read - start + " " + (System.nanoTime() - read);
  }
}
