package exacta.primitives;

/**
 * Where randomness comes from for whoever is allowed to have some. What it gives must be
 * unpredictable wherever keys are made of it; tests pass seeded ones.
 */
@FunctionalInterface
public interface Entropy {
  /** Overwrites all of the array. Safe for several threads. */
  void fill(byte[] out);

  /** As many fresh bytes. */
  default byte[] bytes(int count) {
    byte[] out = new byte[count];
    fill(out);
    return out;
  }
}
