package exacta.gateway;

import exacta.engine.text.Detokenizer;
import exacta.engine.text.ModelCard;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * The answer as a client sees it: text comes out when it is sure to stay. What may be the beginning
 * of a stop text is held back, a stop text and what follows are never shown, and characters come
 * whole. One thread. Spec: gateway.md#text.
 */
final class AnswerText {
  private record Mark(int at, String name) {}

  private final ModelCard card;
  private final SortedSet<Integer> endTokens;
  private final List<String> stops;
  private final Detokenizer detokenizer;
  private final SortedMap<Integer, String> marks;
  private final StringBuilder held = new StringBuilder();

  /** Marks that were not shown yet, with the character that each stands before. */
  private final Queue<Mark> heldMarks = new ArrayDeque<>();

  private final List<ScoredToken> tokens = new ArrayList<>();

  /** Characters up to the end of each token. */
  private int[] ends = new int[64];

  private int characters;
  private int charactersShown;
  private int tokensShown;
  private boolean ended;

  /**
   * @param marks names of control tokens that are shown: they are no text, and part of no stop text
   */
  AnswerText(ModelCard card, List<String> stops, SortedMap<Integer, String> marks) {
    this.marks = marks;
    this.card = card;
    this.endTokens = card.endTokens();
    this.stops = List.copyOf(stops);
    this.detokenizer = new Detokenizer(card.tokenizer());
  }

  boolean isToken(int token) {
    return token >= 0 && token < card.vocabularySize();
  }

  /** Takes the next token; gives what can be shown now. */
  Shown next(ScoredToken token) {
    hold(token);
    int stop = firstStop();
    if (stop >= 0) {
      ended = true;
      String text = release(stop);
      return new Shown(text, tokens(begunBefore(charactersShown)));
    }
    if (endTokens.contains(token.token())) {
      ended = true;
      return rest(tokens.size() - 1);
    }
    String text = release(held.length() - heldBack());
    return text.isEmpty() ? Shown.NOTHING : new Shown(text, tokens(endedBy(charactersShown)));
  }

  private void hold(ScoredToken token) {
    if (marks.containsKey(token.token())) {
      heldMarks.add(new Mark(characters, marks.get(token.token())));
    }
    String more = detokenizer.next(token.token());
    held.append(more);
    characters += more.length();
    if (tokens.size() == ends.length) {
      ends = Arrays.copyOf(ends, 2 * ends.length);
    }
    ends[tokens.size()] = characters;
    tokens.add(token);
  }

  /** The rest, when the answer was cut by its limit. */
  Shown finish() {
    return ended ? Shown.NOTHING : rest(tokens.size());
  }

  private Shown rest(int tokenCount) {
    held.append(detokenizer.finish());
    return new Shown(release(held.length()), tokens(tokenCount));
  }

  private String release(int count) {
    StringBuilder text = new StringBuilder(held.substring(0, count));
    int marked = 0;
    while (!heldMarks.isEmpty() && heldMarks.element().at() <= charactersShown + count) {
      Mark mark = heldMarks.remove();
      text.insert(mark.at() - charactersShown + marked, mark.name());
      marked += mark.name().length();
    }
    held.delete(0, count);
    charactersShown += count;
    return text.toString();
  }

  /** The tokens up to one that were not shown yet. */
  private List<ScoredToken> tokens(int to) {
    List<ScoredToken> next = List.copyOf(tokens.subList(tokensShown, Math.max(tokensShown, to)));
    tokensShown += next.size();
    return next;
  }

  /** How many tokens end before or at a character. */
  private int endedBy(int character) {
    int count = tokensShown;
    while (count < tokens.size() && ends[count] <= character) {
      count++;
    }
    return count;
  }

  /** How many tokens have a character before this one. */
  private int begunBefore(int character) {
    int count = tokensShown;
    while (count < tokens.size() && (count == 0 ? 0 : ends[count - 1]) < character) {
      count++;
    }
    return count;
  }

  private int firstStop() {
    return stops.stream().mapToInt(held::indexOf).filter(at -> at >= 0).min().orElse(-1);
  }

  /** The length of the longest end of the text that a stop text begins with. */
  private int heldBack() {
    int longest = 0;
    for (String stop : stops) {
      for (int size = Math.min(stop.length() - 1, held.length()); size > longest; size--) {
        if (stop.startsWith(held.substring(held.length() - size))) {
          longest = size;
        }
      }
    }
    return longest;
  }

  /** Whether a stop token or a stop text has ended the answer. */
  boolean isEnded() {
    return ended;
  }

  int count() {
    return tokens.size();
  }

  /** All tokens so far. */
  int[] tokens() {
    return tokens.stream().mapToInt(ScoredToken::token).toArray();
  }

  /** The same with all that is known of them. */
  List<ScoredToken> scoredTokens() {
    return List.copyOf(tokens);
  }
}
