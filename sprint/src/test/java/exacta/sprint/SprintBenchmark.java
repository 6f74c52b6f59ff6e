package exacta.sprint;

import exacta.numerics.Kernels;
import exacta.numerics.Workers;
import exacta.primitives.Digest32;

/** Prints nonces per second; run by hand, with threads as argument. */
final class SprintBenchmark {
  private static final int BATCH = 8;

  private SprintBenchmark() {}

  public static void main(String[] args) {
    int threads = args.length > 0 ? Integer.parseInt(args[0]) : 1;
    SprintShape shape = new SprintShape(256, 8, 16);
    try (Workers workers = new Workers(threads)) {
      Kernels kernels = Kernels.vector(workers);
      SprintModel.derive(Digest32.ZERO, shape, kernels);
      long start = System.nanoTime();
      SprintModel model = SprintModel.derive(Digest32.ZERO, shape, kernels);
      System.out.printf("derived in %.3f s%n", (System.nanoTime() - start) * 1e-9);
      for (int round = 0; round < 6; round++) {
        start = System.nanoTime();
        for (int i = 0; i < 5; i++) {
          model.nonces(new byte[20], (long) i * BATCH, BATCH);
        }
        double seconds = (System.nanoTime() - start) * 1e-9;
        System.out.printf("threads %d: %.1f nonces/s%n", threads, 5 * BATCH / seconds);
      }
      start = System.nanoTime();
      SprintReplay.replay(Digest32.ZERO, shape, new byte[20], 1);
      System.out.printf("replay of one in %.3f s%n", (System.nanoTime() - start) * 1e-9);
    }
  }
}
