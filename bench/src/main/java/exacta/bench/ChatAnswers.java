package exacta.bench;

import exacta.engine.AnswerRequest;
import exacta.engine.Generation;
import exacta.engine.Model;
import exacta.engine.Sampling;
import exacta.engine.Step;
import exacta.engine.text.ChatMessage;
import exacta.engine.text.ChatPrompt;
import exacta.primitives.Digest32;
import java.util.List;

/** Greedy answers to some questions, one after the other, with drafts: as a server gives them. */
final class ChatAnswers {
  private static final int ANSWER = 128;

  /** Some are free, and some ask for what stands in the question, as users do. */
  private static final List<String> QUESTIONS =
      List.of(
          "What is the capital of France?",
          "Write a short story about a robot that learns to paint.",
          "Explain how photosynthesis works in simple terms.",
          "Write a Python function that returns the n-th Fibonacci number, and explain it.",
          "List ten tips for saving money.",
          """
          Summarize the following text:
          The Amazon rainforest is the largest tropical rainforest in the world, covering over five \
          and a half million square kilometres. It is home to an estimated 390 billion individual \
          trees, divided into 16,000 species. The rainforest has been in existence for at least 55 \
          million years. Deforestation is a significant threat to it, and scientists warn of a \
          tipping point.\
          """,
          "What are the differences between TCP and UDP?",
          "Write an email to my boss asking for two days off next week.",
          """
          Correct the grammar of this text and repeat it: She go to the market every days and \
          buyed many apple because she like apple very much. Her brother do not likes apple but \
          he eat them anyway when there is nothing else in the house.\
          """,
          "Why is the sky blue?");

  private final Model model;

  ChatAnswers(Model model) {
    this.model = model;
  }

  /** Of all answers together, without the first token of each and what comes before it. */
  double tokensPerSecond() {
    long nanos = 0;
    int tokens = 0;
    for (String question : QUESTIONS) {
      Generation generation = Generation.begin(model, request(question));
      while (!(generation.step() instanceof Step.Produced)) {}
      long start = System.nanoTime();
      while (generation.step() instanceof Step.Produced) {
        tokens++;
      }
      nanos += System.nanoTime() - start;
    }
    return tokens * 1e9 / nanos;
  }

  private AnswerRequest request(String question) {
    if (!(model.card().chatPrompt(List.of(new ChatMessage("user", question)))
        instanceof ChatPrompt.Tokens prompt)) {
      throw new IllegalArgumentException("this model is not made for conversations");
    }
    return new AnswerRequest(
        prompt.ids(), ANSWER + 1, Sampling.greedy(), Digest32.ZERO, new int[0]);
  }
}
