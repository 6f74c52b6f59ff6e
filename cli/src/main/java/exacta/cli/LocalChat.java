package exacta.cli;

import exacta.engine.AnswerRequest;
import exacta.engine.End;
import exacta.engine.Model;
import exacta.engine.Sampling;
import exacta.engine.text.ChatMessage;
import exacta.engine.text.ChatPrompt;
import exacta.primitives.ExactaException;
import exacta.primitives.Hasher;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** A conversation with one file, in this process and without any network. */
final class LocalChat {
  /** How this chat chooses words. */
  record Manner(String system, int maxTokens, Sampling sampling, long seed) {}

  private final Model model;
  private final Manner manner;
  private final Output output;
  private final boolean json;
  private final List<ChatMessage> messages = new ArrayList<>();

  /** Answers so far: each has a key of its own, or a repeated question would repeat its luck. */
  private int answers;

  LocalChat(Model model, Manner manner, Output output, boolean json) {
    this.model = model;
    this.manner = manner;
    this.output = output;
    this.json = json;
  }

  /**
   * Until the end of the input.
   *
   * @param people whether somebody sits in front of it
   */
  void run(BufferedReader in, boolean people) {
    if (people) {
      output.result("Say something; /new begins anew, /exit ends.");
    }
    while (true) {
      if (people) {
        output.piece("\nyou> ");
      }
      String line = next(in);
      if (line == null || line.strip().equals("/exit")) {
        return;
      }
      if (line.strip().equals("/new")) {
        messages.clear();
      } else if (!line.isBlank()) {
        say(line.strip());
      }
    }
  }

  private static String next(BufferedReader in) {
    try {
      return in.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException("the input broke off", e);
    }
  }

  private void say(String text) {
    messages.add(new ChatMessage("user", text));
    int[] prompt = prompt();
    int room = model.contextLength() - prompt.length;
    LocalAnswer answer =
        LocalAnswer.of(
            model,
            new AnswerRequest(
                prompt,
                Math.min(manner.maxTokens(), room),
                manner.sampling(),
                Hasher.of("chat").integer(manner.seed()).integer(answers++).finish(),
                new int[0]),
            json ? piece -> {} : output::piece);
    output.result(json ? answer.json() : "");
    if (answer.end() == End.FAILED) {
      output.progress("the model gave a number that is not finite; this answer ends here");
    }
    messages.add(new ChatMessage("assistant", answer.text()));
  }

  /** Forgets the oldest lines until what is left fits with an answer of the wanted length. */
  private int[] prompt() {
    while (true) {
      List<ChatMessage> all = new ArrayList<>();
      if (!manner.system().isEmpty()) {
        all.add(new ChatMessage("system", manner.system()));
      }
      all.addAll(messages);
      int[] ids =
          switch (model.card().chatPrompt(all)) {
            case ChatPrompt.Tokens tokens -> tokens.ids();
            case ChatPrompt.Refused refused ->
                throw ExactaException.fatal("the model refuses this chat: " + refused.reason());
          };
      if (ids.length + manner.maxTokens() <= model.contextLength()) {
        return ids;
      }
      if (messages.size() == 1) {
        if (ids.length < model.contextLength()) {
          return ids;
        }
        throw ExactaException.fatal(
            "this line has "
                + ids.length
                + " tokens, and the model's context "
                + model.contextLength()
                + "; say it shorter");
      }
      messages.subList(0, 2).clear();
    }
  }
}
