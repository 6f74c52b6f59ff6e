package exacta.engine.text;

import java.util.Arrays;

/** A growing list of token ids. */
final class TokenBuffer {
  private int[] tokens = new int[256];
  private int size;

  void add(int token) {
    if (size == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * size);
    }
    tokens[size++] = token;
  }

  int size() {
    return size;
  }

  /** The first {@link #size} entries are the tokens; good until the next {@link #add}. */
  int[] unsafeArray() {
    return tokens;
  }

  void clear() {
    size = 0;
  }

  int[] toArray() {
    return Arrays.copyOf(tokens, size);
  }
}
