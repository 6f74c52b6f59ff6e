package exacta.numerics;

import exacta.primitives.Check;

/**
 * The heads of an attention.
 *
 * @param heads of queries; a multiple of keyValueHeads, query head h uses key and value head {@code
 *     h / (heads / keyValueHeads)}
 * @param scale that scores are multiplied with
 * @param window positions that a query sees at most, its own included; 0 for all
 */
public record AttentionShape(int heads, int keyValueHeads, int headSize, float scale, int window) {
  public AttentionShape {
    Check.that(keyValueHeads > 0 && heads % keyValueHeads == 0, "heads share key heads evenly");
    Check.that(headSize > 0, "a head has a size");
    Check.that(window >= 0, "a window has a size, or there is none");
  }

  /** With the usual scale, 1 / sqrt(headSize) in f32, and no window. */
  public static AttentionShape of(int heads, int keyValueHeads, int headSize) {
    return new AttentionShape(
        heads, keyValueHeads, headSize, 1 / (float) StrictMath.sqrt(headSize), 0);
  }

  /** The first position that the query of a position sees. */
  int firstVisible(int position) {
    return window == 0 ? 0 : Math.max(0, position - window + 1);
  }

  int headsPerGroup() {
    return heads / keyValueHeads;
  }
}
