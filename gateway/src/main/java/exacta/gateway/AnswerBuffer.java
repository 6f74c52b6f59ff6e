package exacta.gateway;

import java.util.ArrayList;
import java.util.List;

/** Keeps an answer until it is complete. One thread. */
final class AnswerBuffer implements AnswerListener {
  private final StringBuilder text = new StringBuilder();
  private final List<ScoredToken> tokens = new ArrayList<>();

  @Override
  public void show(Shown more) {
    text.append(more.text());
    tokens.addAll(more.tokens());
  }

  @Override
  public boolean retract(int characterCount, int tokenCount) {
    text.setLength(characterCount);
    tokens.subList(tokenCount, tokens.size()).clear();
    return true;
  }

  /** All of it. */
  Shown whole() {
    return new Shown(text.toString(), List.copyOf(tokens));
  }
}
