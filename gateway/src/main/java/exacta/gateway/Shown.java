package exacta.gateway;

import java.util.List;

/**
 * What can be shown of an answer next.
 *
 * @param tokens those that the text consists of; one that gave a part of a character comes with the
 *     character, one without text with what follows
 */
record Shown(String text, List<ScoredToken> tokens) {
  static final Shown NOTHING = new Shown("", List.of());

  boolean isEmpty() {
    return text.isEmpty() && tokens.isEmpty();
  }
}
