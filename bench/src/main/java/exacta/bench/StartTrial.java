package exacta.bench;

import exacta.engine.AnswerRequest;
import exacta.engine.Generation;
import exacta.engine.Model;
import exacta.engine.Sampling;
import exacta.engine.Step;
import exacta.numerics.Kernels;
import exacta.numerics.Workers;
import exacta.primitives.Digest32;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import tools.jackson.databind.json.JsonMapper;

/**
 * One fresh start, watched second by second: {@code StartTrial FILE THREADS SECONDS}. Loads,
 * rehearses as a server does, and then reads prompts and decodes by turns until its time is over.
 * Prints one JSON object.
 */
final class StartTrial {
  private static final int PROMPT = 128;
  private static final int ANSWER = 16;

  /**
   * Tokens per second in each second since the process began; 0 where there was nothing.
   *
   * @param prefill in tokens per second, as is decode
   */
  record Seconds(double[] prefill, double[] decode) {}

  /** Work of one kind, by the second in which it ended. */
  private static final class Series {
    private final double[] tokens;
    private final double[] nanos;

    Series(int seconds) {
      tokens = new double[seconds];
      nanos = new double[seconds];
    }

    void add(int second, int count, long took) {
      if (second < tokens.length) {
        tokens[second] += count;
        nanos[second] += took;
      }
    }

    double[] rates() {
      double[] rates = new double[tokens.length];
      for (int i = 0; i < rates.length; i++) {
        rates[i] = nanos[i] == 0 ? 0 : 1e9 * tokens[i] / nanos[i];
      }
      return rates;
    }
  }

  private final Model model;
  private final int seconds;
  private final Series prefill;
  private final Series decode;

  private StartTrial(Model model, int seconds) {
    this.model = model;
    this.seconds = seconds;
    prefill = new Series(seconds);
    decode = new Series(seconds);
  }

  public static void main(String[] arguments) {
    try (Workers workers = new Workers(Integer.parseInt(arguments[1]));
        Model model = Model.open(Path.of(arguments[0]), Kernels.vector(workers))) {
      StartTrial trial = new StartTrial(model, Integer.parseInt(arguments[2]));
      trial.run();
      System.out.println(
          JsonMapper.shared()
              .writeValueAsString(new Seconds(trial.prefill.rates(), trial.decode.rates())));
    }
  }

  private void run() {
    Generation rehearsal = Generation.rehearsal(model);
    while (!(rehearsal.step() instanceof Step.Ended)) {}
    for (int round = 0; second() < seconds; round++) {
      answer(round);
    }
  }

  private void answer(int round) {
    int[] prompt = new int[PROMPT];
    for (int i = 0; i < PROMPT; i++) {
      prompt[i] = (1000 + 37 * (i + round)) % model.card().vocabularySize();
    }
    Generation generation =
        Generation.begin(
            model,
            new AnswerRequest(prompt, ANSWER + 1, Sampling.greedy(), Digest32.ZERO, new int[0]));
    long start = System.nanoTime();
    while (!(generation.step() instanceof Step.Produced)) {}
    prefill.add(second(), PROMPT, System.nanoTime() - start);
    start = System.nanoTime();
    int count = 0;
    while (generation.step() instanceof Step.Produced) {
      count++;
    }
    decode.add(second(), count, System.nanoTime() - start);
  }

  /** The launcher's time included: it became this process. */
  private static int second() {
    Instant start = ProcessHandle.current().info().startInstant().orElseThrow();
    return (int) Duration.between(start, Instant.now()).toSeconds();
  }
}
