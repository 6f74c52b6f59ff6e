package exacta.engine.template;

/** Counts what a rendering costs: a unit for each step and for each character or item made. */
final class Budget {
  /** What the smallest value takes, beside its characters. */
  static final long OBJECT = 8;

  /** The interpreter recurses along what it evaluates, and macros may call themselves. */
  private static final int DEPTH_MAX = 600;

  private long left;
  private int depth;

  Budget(long units) {
    this.left = units;
  }

  void charge(long units) {
    left -= units;
    if (left < 0) {
      throw new TemplateException("the chat template takes too many steps for this request");
    }
  }

  void enter() {
    charge(1);
    if (++depth > DEPTH_MAX) {
      throw new TemplateException("the chat template nests too deep for this request");
    }
  }

  void leave() {
    depth--;
  }

  /** Looking through a text is cheaper than making one. */
  void chargeScan(Text text) {
    charge(text.chars().length() / 16);
  }

  /** A key of a dict as a text, which takes its length once more. */
  Text key(String key) {
    charge(OBJECT + key.length());
    return Text.ofData(key);
  }

  Text charged(Text text) {
    charge(text.chars().length());
    return text;
  }
}
