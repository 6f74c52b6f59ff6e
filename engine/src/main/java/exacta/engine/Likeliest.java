package exacta.engine;

/**
 * The tokens that the model found likeliest for one position, whatever was chosen: by logit
 * descending, then id ascending. The arrays are as long as was asked for, and nobody changes them.
 * Spec: generation.md#likeliest.
 */
public record Likeliest(int[] tokens, float[] logProbabilities) {
  static final Likeliest NONE = new Likeliest(new int[0], new float[0]);

  /**
   * Finds so many tokens; of a smaller vocabulary, all.
   *
   * @param logits finite, so many from an index on
   * @param largest of these
   * @param logSum what a token's distance from the largest is above its log-probability
   */
  static Likeliest of(
      float[] logits, int at, int vocabulary, int wanted, float largest, float logSum) {
    int most = Math.min(wanted, vocabulary);
    if (most == 0) {
      return NONE;
    }
    int[] tokens = new int[most];
    float[] found = new float[most];
    int count = 0;
    for (int token = 0; token < vocabulary; token++) {
      float logit = logits[at + token];
      // An equal one that came before has the lower id, and stays.
      if (count == most && logit <= found[most - 1]) {
        continue;
      }
      int place = count < most ? count++ : most - 1;
      for (; place > 0 && found[place - 1] < logit; place--) {
        found[place] = found[place - 1];
        tokens[place] = tokens[place - 1];
      }
      found[place] = logit;
      tokens[place] = token;
    }
    for (int i = 0; i < most; i++) {
      found[i] = found[i] - largest - logSum;
    }
    return new Likeliest(tokens, found);
  }
}
