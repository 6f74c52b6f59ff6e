package exacta.gateway;

import exacta.engine.text.ModelCard;
import java.util.ArrayList;
import java.util.List;

/** Tells text from calls in an answer, as it comes. One answer, one thread. */
final class AnswerReader implements CallFinder.Sink {
  private final CallFinder finder;
  private final boolean severalCalls;
  private final List<AnswerPart> parts = new ArrayList<>();
  private final List<ScoredToken> tokens = new ArrayList<>();
  private int calls;

  AnswerReader(CallFinder finder, boolean severalCalls) {
    this.finder = finder;
    this.severalCalls = severalCalls;
  }

  /** That of an answer to this request. */
  static AnswerReader of(ClientRequest request, ModelCard card) {
    if (!(request.prompt() instanceof ClientPrompt.Chat chat) || chat.toolbox().isEmpty()) {
      return new AnswerReader(CallFinder.NONE, true);
    }
    Toolbox toolbox = chat.toolbox();
    CallFinder finder =
        toolbox.isForced() ? new ForcedCall() : ToolForm.of(card).finder(new CallParser(toolbox));
    return new AnswerReader(finder, toolbox.severalCalls());
  }

  /** Takes more of the answer; gives what can be told of it now. */
  List<AnswerPart> more(Shown shown) {
    tokens.addAll(shown.tokens());
    finder.more(shown.text(), this);
    return take();
  }

  /**
   * The answer has ended.
   *
   * @param stopped whether by itself, not by its limit
   */
  List<AnswerPart> finish(boolean stopped) {
    finder.finish(stopped, this);
    if (parts.isEmpty() && !tokens.isEmpty()) {
      parts.add(AnswerPart.NOTHING);
    }
    return take();
  }

  /** Whether a call was found. */
  boolean hasCalls() {
    return calls > 0;
  }

  @Override
  public void text(String text) {
    if (!text.isEmpty()) {
      parts.add(new AnswerPart(text, calls, List.of(), List.of()));
    }
  }

  @Override
  public void calls(List<FunctionCall> found) {
    int wanted = severalCalls ? found.size() : Math.min(found.size(), 1 - Math.min(1, calls));
    if (wanted > 0) {
      parts.add(new AnswerPart("", calls, found.subList(0, wanted), List.of()));
      calls += wanted;
    }
  }

  private List<AnswerPart> take() {
    if (parts.isEmpty()) {
      return List.of();
    }
    AnswerPart first = parts.getFirst();
    parts.set(
        0, new AnswerPart(first.text(), first.firstCall(), first.calls(), List.copyOf(tokens)));
    tokens.clear();
    List<AnswerPart> taken = List.copyOf(parts);
    parts.clear();
    return taken;
  }
}
