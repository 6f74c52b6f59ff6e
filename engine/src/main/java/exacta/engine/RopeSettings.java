package exacta.engine;

import exacta.numerics.RopeFrequencies;
import java.util.Optional;

/**
 * How a model's metadata says that positions turn the heads. Spec: generation.md#shape.
 *
 * @param lengthening of rotated heads, besides what the scaling does
 */
record RopeSettings(float base, Scaling scaling, float lengthening) {
  private static final float BASE_DEFAULT = 10_000;

  /** Yarn tells pairs apart by their speeds, which with a base of 1 are all the same. */
  private static final float YARN_BASE_MIN = 2;

  private static final float FACTOR_MAX = 1 << 20;

  /** The largest number below which floats have all whole ones. */
  private static final int CONTEXT_MAX = 1 << 24;

  /** How a model that was trained on short texts is made to read long ones. */
  sealed interface Scaling {
    record None() implements Scaling {}

    record Linear(float factor) implements Scaling {}

    /**
     * @param context positions of the texts that the model was trained on at first
     */
    record Yarn(float factor, int context) implements Scaling {}
  }

  static RopeSettings of(ShapeReader reader, int contextLength) {
    Scaling scaling = scaling(reader, contextLength);
    float baseMin = scaling instanceof Scaling.Yarn ? YARN_BASE_MIN : 1;
    return new RopeSettings(
        reader.real("rope.freq_base", baseMin, Float.MAX_VALUE, BASE_DEFAULT),
        scaling,
        reader.real("rope.scaling.attn_factor", 1e-3f, 1e3f, 1));
  }

  private static Scaling scaling(ShapeReader reader, int contextLength) {
    float older = reader.real("rope.scale_linear", 1, FACTOR_MAX, 1);
    float factor = reader.real("rope.scaling.factor", 1, FACTOR_MAX, older);
    int context =
        reader.integer(
            "rope.scaling.original_context_length",
            1,
            CONTEXT_MAX,
            Math.min(contextLength, CONTEXT_MAX));
    String type = reader.text("rope.scaling.type").orElse("linear");
    return switch (type) {
      case "none" -> new Scaling.None();
      case "linear" -> factor == 1 ? new Scaling.None() : new Scaling.Linear(factor);
      case "yarn" -> new Scaling.Yarn(factor, context);
      default ->
          throw reader.wrong(
              "rope.scaling.type", "is '" + type + "', and only none, linear and yarn are known");
    };
  }

  /**
   * @param factors by which each pair is slowed down first
   */
  RopeFrequencies frequencies(int headSize, Optional<float[]> factors) {
    RopeFrequencies plain = RopeFrequencies.of(base, headSize);
    RopeFrequencies slowed = factors.map(plain::slowedBy).orElse(plain);
    RopeFrequencies scaled =
        switch (scaling) {
          case Scaling.None() -> slowed;
          case Scaling.Linear(float factor) -> slowed.linear(factor);
          case Scaling.Yarn(float factor, int context) -> slowed.yarn(factor, context);
        };
    return scaled.longerBy(lengthening);
  }
}
