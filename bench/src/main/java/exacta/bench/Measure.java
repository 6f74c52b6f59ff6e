package exacta.bench;

/** What is measured, in the order of the page. */
enum Measure {
  PREFILL("prefill of 512 tokens", "tokens/s", true),
  DECODE("decode of 128 tokens", "tokens/s", true),
  CHAT("answers to ten questions, with drafts", "tokens/s", true),
  BATCH("decode of 8 answers together", "tokens/s", true),
  FIRST_TOKEN("first token of a warm 20-token prompt", "ms", false),
  COLD_START("first token after the process's start", "ms", false),
  LOAD("loading", "ms", false),
  MEMORY("memory", "MB", false);

  private final String title;
  private final String unit;
  private final boolean moreIsBetter;

  Measure(String title, String unit, boolean moreIsBetter) {
    this.title = title;
    this.unit = unit;
    this.moreIsBetter = moreIsBetter;
  }

  String title() {
    return title;
  }

  String unit() {
    return unit;
  }

  /** How many times as good the first value is. */
  double ratio(double ours, double theirs) {
    return moreIsBetter ? ours / theirs : theirs / ours;
  }
}
