package exacta.bench;

import exacta.engine.AnswerRequest;
import exacta.engine.BatchLimits;
import exacta.engine.Batcher;
import exacta.engine.ComputePool;
import exacta.engine.Generation;
import exacta.engine.Model;
import exacta.engine.Sampling;
import exacta.engine.Step;
import exacta.numerics.Workers;
import exacta.primitives.Digest32;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * One fresh process of ours: {@code Trial FILE THREADS REPETITIONS}. Loads, gives a first answer
 * cold, rehearses as a server does, answers until it is as old as {@link Starts} gives a process to
 * reach its steady speed, and then measures, each time the median of some repetitions. Prints one
 * JSON object. What is timed is whole answers: sampling, log-probabilities and digests are part of
 * it, as they are of a served one.
 */
final class Trial {
  private static final int PROMPT = 512;
  private static final int SHORT_PROMPT = 20;
  private static final int ANSWER = 128;

  private final Model model;
  private final Batcher batcher;
  private final int repetitions;
  private final Map<Measure, Double> results = new EnumMap<>(Measure.class);

  private Trial(Model model, Batcher batcher, int repetitions) {
    this.model = model;
    this.batcher = batcher;
    this.repetitions = repetitions;
  }

  public static void main(String[] arguments) throws IOException {
    long start = System.nanoTime();
    try (Workers workers = Workers.ofColdProcess(Integer.parseInt(arguments[1]));
        ComputePool pool = new ComputePool(workers);
        Model model = Model.open(Path.of(arguments[0]), pool.kernels());
        Batcher batcher = new Batcher(model, pool, BatchLimits.usual())) {
      Trial trial = new Trial(model, batcher, Integer.parseInt(arguments[2]));
      trial.results.put(Measure.LOAD, millis(start));
      trial.run();
      System.out.println(JsonMapper.shared().writeValueAsString(trial.results));
    }
  }

  private void run() throws IOException {
    firstToken();
    results.put(Measure.COLD_START, (double) sinceProcessStart().toMillis());
    rehearse();
    model.digest(); // nothing else computes from here on
    int token = talkativeToken();
    warmUp(token);
    results.put(Measure.FIRST_TOKEN, median(5, this::firstToken));
    results.put(Measure.MEMORY, residentMegabytes());
    results.put(Measure.PREFILL, 1000 * PROMPT / median(repetitions, this::prefill));
    results.put(Measure.DECODE, 1000 * ANSWER / median(repetitions, () -> decode(token)));
    ChatAnswers chat = new ChatAnswers(model);
    chat.tokensPerSecond();
    results.put(Measure.CHAT, chat.tokensPerSecond());
    EightAnswers eight = new EightAnswers(model, batcher);
    eight.tokensPerSecond();
    results.put(Measure.BATCH, eight.tokensPerSecond());
  }

  /** Does something and returns the milliseconds of the part that counts. */
  @FunctionalInterface
  private interface Timed {
    double millis();
  }

  private static double median(int repetitions, Timed work) {
    double[] times = new double[repetitions];
    for (int i = 0; i < repetitions; i++) {
      times[i] = work.millis();
    }
    Arrays.sort(times);
    return times[repetitions / 2];
  }

  private double firstToken() {
    return untilFirstToken(SHORT_PROMPT);
  }

  private double prefill() {
    return untilFirstToken(PROMPT);
  }

  private double untilFirstToken(int tokens) {
    int[] prompt = new int[tokens];
    for (int i = 0; i < tokens; i++) {
      prompt[i] = (1000 + 37 * i) % model.card().vocabularySize();
    }
    long start = System.nanoTime();
    Generation generation = Generation.begin(model, request(prompt, 1));
    while (!(generation.step() instanceof Step.Produced)) {}
    return millis(start);
  }

  /** As llama-bench does, after a prompt of one token, one token at a time. */
  private double decode(int token) {
    AnswerRequest request = request(new int[] {token}, ANSWER + 1);
    Generation generation = Generation.withoutDrafts(model, request);
    while (!(generation.step() instanceof Step.Produced)) {}
    long start = System.nanoTime();
    for (int i = 0; i < ANSWER; i++) {
      if (!(generation.step() instanceof Step.Produced)) {
        throw new IllegalStateException("the answer ended early");
      }
    }
    return millis(start);
  }

  /** A token after which the model has something to say. */
  private int talkativeToken() {
    for (int token = 500; token < model.card().vocabularySize(); token++) {
      AnswerRequest request = request(new int[] {token}, ANSWER + 1);
      Generation generation = Generation.withoutDrafts(model, request);
      int count = 0;
      for (Step step = generation.step(); !(step instanceof Step.Ended); step = generation.step()) {
        count += step instanceof Step.Produced ? 1 : 0;
      }
      if (count == ANSWER + 1) {
        return token;
      }
    }
    throw new IllegalStateException("no prompt of one token gives " + ANSWER + " tokens");
  }

  private void rehearse() {
    Generation generation = Generation.rehearsal(model);
    while (!(generation.step() instanceof Step.Ended)) {}
  }

  private void warmUp(int token) {
    do {
      prefill();
      decode(token);
    } while (sinceProcessStart().toSeconds() < Starts.STEADY_SECONDS_MAX);
  }

  private static AnswerRequest request(int[] prompt, int tokens) {
    return new AnswerRequest(prompt, tokens, Sampling.greedy(), Digest32.ZERO, new int[0]);
  }

  private static double residentMegabytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) / 1000.0;
      }
    }
    throw new IOException("/proc/self/status names no VmHWM");
  }

  /** The launcher's time included: it becomes this process. */
  private static Duration sinceProcessStart() {
    Instant start = ProcessHandle.current().info().startInstant().orElseThrow();
    return Duration.between(start, Instant.now());
  }

  private static double millis(long start) {
    return (System.nanoTime() - start) * 1e-6;
  }
}
