package exacta.engine;

/**
 * Guesses how a sequence goes on: as it did where its last tokens stood before. Texts repeat
 * themselves, and what is quoted, corrected or filled in stands in the prompt already.
 *
 * <p>The guesses are computed together with the last token, as if they were a prompt, in a pass
 * that has no more rows than {@link Model#rowsTogether} says are cheap. Each state says which token
 * is the true next one; while that is the guessed one, the next state counts, too. Positions have
 * the same bits in any pass, so guesses change when tokens come, never which. Speculative decoding
 * (Leviathan et al., 2023) with prompt lookup (Saxena, 2023), but without a rule for accepting:
 * equal is equal.
 */
final class Drafter {
  /** Tokens that must stand there before, and so many at most are compared. */
  private static final int SUFFIX_MIN = 2;

  private static final int SUFFIX_MAX = 4;

  private static final int DRAFTS_MAX = 7;

  /** Drafts of the next pass at most; at first, a few. */
  private int most = 3;

  /**
   * Writes drafts behind the tokens that are known.
   *
   * @param tokens with room for them
   * @param count tokens that are known
   * @param room for so many drafts
   * @return how many there are now
   */
  int draft(int[] tokens, int count, int room) {
    int drafts = Math.min(room, most);
    int from = drafts > 0 ? follower(tokens, count) : count;
    if (from == count) {
      return 0;
    }
    for (int i = 0; i < drafts; i++) {
      tokens[count + i] = tokens[from + i]; // may be a draft itself: what repeats goes on
    }
    return drafts;
  }

  /**
   * So many of the drafts were right: the next are as many, but one at least; or, if all were,
   * twice as many and one.
   */
  void learn(int drafted, int right) {
    if (drafted == 0) {
      return;
    }
    if (right == drafted) {
      most = Math.max(most, Math.min(DRAFTS_MAX, 2 * drafted + 1)); // there may have been no room
    } else {
      most = Math.max(1, right);
    }
  }

  /**
   * Looks for a place before the end with the same tokens before it, as many as are compared, and
   * takes the last one of those with most.
   *
   * @return the index of the token that followed there; count if there is none
   */
  private static int follower(int[] tokens, int count) {
    int best = count;
    int longest = SUFFIX_MIN - 1;
    for (int end = count - 1; end >= SUFFIX_MIN && longest < SUFFIX_MAX; end--) {
      int common = common(tokens, end, count);
      if (common > longest) {
        longest = common;
        best = end;
      }
    }
    return best;
  }

  /** How many tokens before two places are the same. */
  private static int common(int[] tokens, int end, int count) {
    int most = Math.min(SUFFIX_MAX, end);
    int common = 0;
    while (common < most && tokens[end - 1 - common] == tokens[count - 1 - common]) {
      common++;
    }
    return common;
  }
}
