package exacta.engine;

/**
 * What makes tokens less likely that prompt and answer have already. Spec: generation.md#penalties.
 *
 * @param repetition divides a positive logit and multiplies another; 0.1 to 10, 1 is off
 * @param presence taken from the logit of every token that occurred; -2 to 2
 * @param frequency taken from it once for each time that it occurred; -2 to 2
 */
public record Penalties(float repetition, float presence, float frequency) {
  public static final float REPETITION_MIN = 0.1f;
  public static final float REPETITION_MAX = 10;
  public static final float SUBTRACTED_MAX = 2;

  /**
   * @throws IllegalArgumentException with what is wrong, for a value out of range
   */
  public Penalties {
    Sampling.require(
        repetition >= REPETITION_MIN && repetition <= REPETITION_MAX,
        "a repetition penalty is 0.1 to 10, not " + repetition);
    Sampling.require(
        Math.abs(presence) <= SUBTRACTED_MAX, "a presence penalty is -2 to 2, not " + presence);
    Sampling.require(
        Math.abs(frequency) <= SUBTRACTED_MAX, "a frequency penalty is -2 to 2, not " + frequency);
  }

  /** Every token as likely as the model says. */
  public static Penalties none() {
    return new Penalties(1, 0, 0);
  }

  boolean isNone() {
    return repetition == 1 && presence == 0 && frequency == 0;
  }
}
