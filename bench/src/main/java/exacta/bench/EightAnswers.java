package exacta.bench;

import exacta.engine.AnswerRequest;
import exacta.engine.Batcher;
import exacta.engine.Generation;
import exacta.engine.Model;
import exacta.engine.Sampling;
import exacta.engine.Step;
import exacta.primitives.Digest32;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Eight answers at the same time, as a server gives them: each taken by a thread of its own. */
final class EightAnswers {
  private static final int ANSWERS = 8;
  private static final int PROMPT = 128;
  private static final int ANSWER = 128;

  /** A token that would end an answer early is never chosen. */
  private static final float NEVER = -100;

  private final Model model;
  private final Batcher batcher;

  EightAnswers(Model model, Batcher batcher) {
    this.model = model;
    this.batcher = batcher;
  }

  /** Tokens per second of all together, while all of them are past their first token. */
  double tokensPerSecond() {
    List<List<Long>> times = new ArrayList<>();
    List<Thread> takers = new ArrayList<>();
    for (int i = 0; i < ANSWERS; i++) {
      List<Long> own = new ArrayList<>();
      times.add(own);
      Generation generation = batcher.begin(request(i), i);
      takers.add(Thread.ofVirtual().start(() -> take(generation, own)));
    }
    takers.forEach(EightAnswers::join);
    long from = Collections.max(times.stream().map(List::getFirst).toList());
    long to = Collections.min(times.stream().map(List::getLast).toList());
    long tokens =
        times.stream().flatMap(List::stream).filter(time -> time > from && time <= to).count();
    return tokens * 1e9 / (to - from);
  }

  private static void take(Generation generation, List<Long> times) {
    while (generation.step() instanceof Step step && !(step instanceof Step.Ended)) {
      if (step instanceof Step.Produced) {
        times.add(System.nanoTime());
      }
    }
    generation.close();
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while answers were measured", e);
    }
  }

  /** The prompts begin differently, so that none is read for another. */
  private AnswerRequest request(int number) {
    int[] prompt = new int[PROMPT];
    for (int i = 0; i < PROMPT; i++) {
      prompt[i] = (1000 + 911 * number + 37 * i) % model.card().vocabularySize();
    }
    SortedMap<Integer, Float> bias = new TreeMap<>();
    model.card().endTokens().forEach(token -> bias.put(token, NEVER));
    return new AnswerRequest(
        prompt, ANSWER + 1, Sampling.greedy().withBias(bias), Digest32.ZERO, new int[0]);
  }
}
