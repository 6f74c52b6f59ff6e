package exacta.primitives;

/** States an invariant of ours. A failed check is a bug of this program, never bad input. */
public final class Check {
  private Check() {}

  /** Throws an {@link AssertionError} with the text unless the condition holds; always on. */
  public static void that(boolean condition, String invariant) {
    if (!condition) {
      throw new AssertionError(invariant);
    }
  }
}
