package exacta.gateway;

import exacta.engine.text.ModelCard;
import java.util.ArrayList;
import java.util.List;

/** Tells text from calls in an answer, as it comes. One answer, one thread. */
final class AnswerReader implements CallFinder.Sink {
  private final CallFinder finder;
  private final int callsMax;
  private final List<AnswerPart> parts = new ArrayList<>();
  private final List<ScoredToken> tokens = new ArrayList<>();

  /** Calls that began, those behind the last one that is wanted included. */
  private int calls;

  private boolean complete;

  AnswerReader(CallFinder finder, boolean severalCalls) {
    this.finder = finder;
    this.callsMax = severalCalls ? Integer.MAX_VALUE : 1;
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

  /** Whether there is a call, and the last one is complete. */
  boolean hasCalls() {
    return complete;
  }

  @Override
  public void text(String text) {
    if (!text.isEmpty()) {
      parts.add(new AnswerPart(text, List.of(), List.of()));
    }
  }

  @Override
  public void call(String name) {
    calls++;
    complete = false;
    add(new CallPart(calls - 1, name, ""));
  }

  @Override
  public void arguments(String more) {
    add(new CallPart(calls - 1, "", more));
  }

  private void add(CallPart part) {
    if (calls > callsMax) {
      return;
    }
    boolean goesOn = !part.isBeginning() && !parts.isEmpty();
    CallPart all = goesOn ? parts.removeLast().calls().getLast().with(part) : part;
    parts.add(new AnswerPart("", List.of(all), List.of()));
  }

  @Override
  public void endCall() {
    complete = true;
  }

  /** Tokens come with the first part that can be told since they came. */
  private List<AnswerPart> take() {
    if (parts.isEmpty()) {
      return List.of();
    }
    AnswerPart first = parts.getFirst();
    parts.set(0, new AnswerPart(first.text(), first.calls(), List.copyOf(tokens)));
    tokens.clear();
    List<AnswerPart> taken = List.copyOf(parts);
    parts.clear();
    return taken;
  }
}
