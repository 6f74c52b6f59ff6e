package exacta.engine.template;

/**
 * A text that others are searched for, in a time that grows with their lengths alone: neither a
 * template nor a client can make a search slow. Knuth, Morris and Pratt, SIAM Journal on Computing
 * 6(2), 1977.
 */
final class Needle {
  /** Shorter ones are found as fast by looking at each place. */
  private static final int SHORT = 16;

  private final String text;

  /** For each beginning of a long text the length of its longest other beginning that ends it. */
  private final int[] borders;

  Needle(Text text, Budget budget) {
    this.text = text.chars();
    budget.charge(length());
    borders = new int[length() > SHORT ? length() : 0];
    for (int i = 1; i < borders.length; i++) {
      borders[i] = grown(borders[i - 1], this.text.charAt(i));
    }
  }

  int length() {
    return text.length();
  }

  /** Where it occurs first from an index on; -1 if nowhere. */
  int in(String whole, int from) {
    if (length() <= SHORT) {
      return whole.indexOf(text, from);
    }
    int matched = 0;
    for (int i = from; i < whole.length(); i++) {
      matched = grown(matched, whole.charAt(i));
      if (matched == length()) {
        return i + 1 - matched;
      }
    }
    return -1;
  }

  /** How much of the beginning is matched after one more character. */
  private int grown(int matched, char next) {
    int length = matched;
    while (length > 0 && text.charAt(length) != next) {
      length = borders[length - 1];
    }
    return text.charAt(length) == next ? length + 1 : length;
  }
}
