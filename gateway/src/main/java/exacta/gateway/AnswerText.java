package exacta.gateway;

import exacta.engine.text.Detokenizer;
import exacta.engine.text.ModelCard;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;

/**
 * The answer as a client sees it: text comes out when it is sure to stay. What may be the beginning
 * of a stop text is held back, a stop text and what follows are never shown, and characters come
 * whole. One thread. Spec: gateway.md#text.
 */
final class AnswerText {
  private final ModelCard card;
  private final SortedSet<Integer> endTokens;
  private final List<String> stops;
  private final Detokenizer detokenizer;
  private final StringBuilder held = new StringBuilder();
  private int[] tokens = new int[64];
  private int count;
  private boolean ended;

  AnswerText(ModelCard card, List<String> stops) {
    this.card = card;
    this.endTokens = card.endTokens();
    this.stops = List.copyOf(stops);
    this.detokenizer = new Detokenizer(card.tokenizer());
  }

  boolean isToken(int token) {
    return token >= 0 && token < card.vocabularySize();
  }

  /** Takes the next token; gives the text that can be shown now. */
  String next(int token) {
    if (count == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * count);
    }
    tokens[count++] = token;
    held.append(detokenizer.next(token));
    int stop = firstStop();
    if (stop >= 0) {
      ended = true;
      return release(stop, held.length());
    }
    if (endTokens.contains(token)) {
      ended = true;
      held.append(detokenizer.finish());
      return release(held.length(), held.length());
    }
    int sure = held.length() - heldBack();
    return release(sure, sure);
  }

  /** The rest, when the answer was cut by its limit. */
  String finish() {
    if (ended) {
      return "";
    }
    held.append(detokenizer.finish());
    return release(held.length(), held.length());
  }

  private String release(int shown, int removed) {
    String text = held.substring(0, shown);
    held.delete(0, removed);
    return text;
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
    return count;
  }

  /** All tokens so far. */
  int[] tokens() {
    return Arrays.copyOf(tokens, count);
  }
}
