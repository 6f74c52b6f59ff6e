package exacta.engine.template;

/** Counts what a rendering costs: a unit for each step and for each character or item made. */
final class Budget {
  private long left;

  Budget(long units) {
    this.left = units;
  }

  void charge(long units) {
    left -= units;
    if (left < 0) {
      throw new TemplateException("the chat template takes too many steps for this request");
    }
  }

  /** Looking through a text is cheaper than making one. */
  void chargeScan(Text text) {
    charge(text.chars().length() / 16);
  }

  Text charged(Text text) {
    charge(text.chars().length());
    return text;
  }
}
