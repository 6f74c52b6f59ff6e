package exacta.numerics;

import exacta.primitives.Check;

/**
 * The heads of an attention.
 *
 * @param heads of queries; a multiple of keyValueHeads, query head h uses key and value head {@code
 *     h / (heads / keyValueHeads)}
 * @param scale that scores are multiplied with
 */
public record AttentionShape(int heads, int keyValueHeads, int headSize, float scale) {
  public AttentionShape {
    Check.that(keyValueHeads > 0 && heads % keyValueHeads == 0, "heads share key heads evenly");
    Check.that(headSize > 0, "a head has a size");
  }

  /** With the usual scale, 1 / sqrt(headSize) in f32. */
  public static AttentionShape of(int heads, int keyValueHeads, int headSize) {
    return new AttentionShape(
        heads, keyValueHeads, headSize, 1 / (float) StrictMath.sqrt(headSize));
  }

  int headsPerGroup() {
    return heads / keyValueHeads;
  }
}
