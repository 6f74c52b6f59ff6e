package exacta.engine.grammar;

import java.util.SortedSet;
import java.util.function.IntFunction;

/**
 * Which tokens may come next, so that an answer's text is one of a grammar's. End tokens may come
 * where the text may end; other tokens without bytes never do. Used by one thread at a time. Spec:
 * constrained.md#mask.
 */
public final class TokenFilter {
  private final TokenTrie tokens;
  private final IntFunction<byte[]> bytesOf;
  private final SortedSet<Integer> endTokens;
  private Automaton.State state;

  /**
   * Begins a text.
   *
   * @param bytesOf a token; none for one that stands for nothing
   */
  public TokenFilter(
      Grammar grammar,
      TokenTrie tokens,
      IntFunction<byte[]> bytesOf,
      SortedSet<Integer> endTokens) {
    this.tokens = tokens;
    this.bytesOf = bytesOf;
    this.endTokens = endTokens;
    state = new Automaton(grammar).start();
  }

  /** The text goes on with this token, allowed or not. */
  public void follow(int token) {
    state = after(token);
  }

  private Automaton.State after(int token) {
    Automaton.State next = state;
    for (byte value : bytesOf.apply(token)) {
      next = next.next(value & 0xff);
    }
    return next;
  }

  /** Whether this token may come next. */
  public boolean allows(int token) {
    if (endTokens.contains(token)) {
      return state.isAccepting();
    }
    return bytesOf.apply(token).length > 0 && !after(token).isDead();
  }

  /**
   * All that may come next, one bit for each token: the same as {@link #allows} says of each. The
   * array is not the caller's.
   */
  public long[] allowed() {
    if (state.tokens().length == 0) {
      long[] allowed = tokens.allowed(state);
      for (int token : endTokens) {
        long bit = 1L << token % Long.SIZE;
        allowed[token / Long.SIZE] &= ~bit;
        allowed[token / Long.SIZE] |= state.isAccepting() ? bit : 0;
      }
      state.note(allowed);
    }
    return state.tokens();
  }
}
