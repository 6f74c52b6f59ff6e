package exacta.acceptance;

import com.sun.management.OperatingSystemMXBean;
import exacta.engine.AnswerRequest;
import exacta.engine.Generation;
import exacta.engine.Model;
import exacta.engine.Sampling;
import exacta.engine.Step;
import exacta.engine.text.ChatMessage;
import exacta.engine.text.ChatPrompt;
import exacta.engine.text.Detokenizer;
import exacta.numerics.Kernels;
import exacta.numerics.Workers;
import exacta.primitives.Digest32;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Measures the engine with a real model: {@code EngineSpeed FILE.gguf [THREADS]}. Prints the time
 * to load, the first answer of a cold process, then tokens a second for a prompt of 512 tokens and
 * an answer of 128: best and median of some rounds by the clock, and best by the processor time of
 * all threads, which says more on a machine that has other work.
 */
public final class EngineSpeed {
  private static final int PROMPT = 512;
  private static final int ANSWER = 128;
  private static final int ROUNDS = 5;

  private final Model model;

  private EngineSpeed(Model model) {
    this.model = model;
  }

  public static void main(String[] arguments) {
    Path file = Path.of(arguments[0]);
    int threads = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1;
    long start = System.nanoTime();
    try (Workers workers = new Workers(threads);
        Model model = Model.open(file, Kernels.vector(workers))) {
      System.out.printf("threads %d; loaded in %.2f s%n", threads, seconds(start));
      EngineSpeed speed = new EngineSpeed(model);
      speed.firstAnswer();
      speed.rounds();
    }
  }

  private void firstAnswer() {
    long start = System.nanoTime();
    List<ChatMessage> question = List.of(new ChatMessage("user", "What is the capital of France?"));
    if (!(model.card().chatPrompt(question) instanceof ChatPrompt.Tokens prompt)) {
      throw new IllegalArgumentException("this model is not made for conversations");
    }
    Generation generation = Generation.begin(model, request(prompt.ids(), 48));
    List<Integer> tokens = new ArrayList<>();
    for (Step step = generation.step(); !over(step); step = generation.step()) {
      if (step instanceof Step.Produced produced) {
        if (tokens.isEmpty()) {
          System.out.printf(
              "cold: first token of an answer to %d tokens after %.2f s%n",
              prompt.ids().length, seconds(start));
        }
        tokens.add(produced.token());
      }
    }
    String text =
        Detokenizer.text(
            model.card().tokenizer(), tokens.stream().mapToInt(Integer::intValue).toArray());
    System.out.printf("cold: answer after %.2f s: %s%n", seconds(start), text);
  }

  private void rounds() {
    int[] prompt = new int[PROMPT];
    for (int i = 0; i < PROMPT; i++) {
      prompt[i] = 1000 + 37 * i % 20000;
    }
    double[] prefill = new double[ROUNDS];
    double[] decode = new double[ROUNDS];
    double prefillWork = 0;
    double decodeWork = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      long work = processorTime();
      Generation generation = Generation.withoutDrafts(model, request(prompt, ANSWER));
      Step step = generation.step();
      while (!(step instanceof Step.Prefilled read && read.done() == read.total())) {
        step = generation.step();
      }
      prefill[round] = PROMPT / seconds(start);
      prefillWork = Math.max(prefillWork, PROMPT * 1e9 / (processorTime() - work));
      start = System.nanoTime();
      work = processorTime();
      int count = 0;
      while (count < ANSWER && !(generation.step() instanceof Step.Ended)) {
        count++;
      }
      decode[round] = count / seconds(start);
      decodeWork = Math.max(decodeWork, count * 1e9 / (processorTime() - work));
    }
    report("prefill of " + PROMPT, prefill, prefillWork);
    report("decode of " + ANSWER, decode, decodeWork);
  }

  private static AnswerRequest request(int[] prompt, int tokens) {
    return new AnswerRequest(prompt, tokens, Sampling.greedy(), Digest32.ZERO, new int[0]);
  }

  private static boolean over(Step step) {
    return step instanceof Step.Ended
        || step instanceof Step.Produced produced && produced.end().isPresent();
  }

  private static void report(String what, double[] rates, double work) {
    System.out.printf("%s: first %.0f", what, rates[0]);
    Arrays.sort(rates);
    System.out.printf(
        ", median %.0f, best %.0f tokens/s; %.0f for each second of processor time%n",
        rates[rates.length / 2], rates[rates.length - 1], work);
  }

  /** Nanoseconds, of the threads that compute and of the JIT compiler's. */
  private static long processorTime() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) * 1e-9;
  }
}
