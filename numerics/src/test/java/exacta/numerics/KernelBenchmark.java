package exacta.numerics;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Prints the speed of products in one model's shape; run by hand, with the number of threads and
 * then formats (default: all) as arguments.
 */
final class KernelBenchmark {
  private static final int DIM = 768;
  private static final int FEED_FORWARD = 2048;
  private static final int LAYERS = 16;

  private KernelBenchmark() {}

  public static void main(String[] args) {
    int threads = args.length > 0 ? Integer.parseInt(args[0]) : 1;
    List<WeightFormat> formats =
        args.length > 1
            ? Arrays.stream(args).skip(1).map(WeightFormat::valueOf).toList()
            : List.of(WeightFormat.values());
    try (Workers workers = new Workers(threads)) {
      Kernels kernels = Kernels.vector(workers);
      for (WeightFormat format : formats) {
        WeightMatrix[] matrices = new WeightMatrix[2 * LAYERS];
        for (int i = 0; i < matrices.length; i++) {
          matrices[i] = matrix(kernels, format, i % 2 == 0 ? 5 * DIM : FEED_FORWARD * 3, DIM);
        }
        for (int tokens : new int[] {1, 128}) {
          measure(kernels, format, matrices, tokens, threads);
        }
      }
    }
  }

  private static void measure(
      Kernels kernels, WeightFormat format, WeightMatrix[] matrices, int tokens, int threads) {
    float[] x = new float[tokens * DIM];
    float[] out = new float[tokens * FEED_FORWARD * 3];
    Random random = new Random(1);
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    double best = Double.MAX_VALUE;
    for (int round = 0; round < (tokens == 1 ? 100 : 6); round++) {
      long start = System.nanoTime();
      for (WeightMatrix matrix : matrices) {
        kernels.multiply(matrix, x, tokens, out);
      }
      best = Math.min(best, (System.nanoTime() - start) * 1e-9);
    }
    double weights = 0;
    for (WeightMatrix matrix : matrices) {
      weights += (double) matrix.rows() * matrix.cols();
    }
    double bytes = weights / format.blockElements() * format.blockBytes();
    System.out.printf(
        "%s threads %d tokens %d: %.0f tokens/s, %.1f GMAC/s, %.1f GB/s%n",
        format, threads, tokens, tokens / best, weights * tokens / best / 1e9, bytes / best / 1e9);
  }

  private static WeightMatrix matrix(Kernels kernels, WeightFormat format, int rows, int cols) {
    byte[] data = new RandomWeights(2).matrix(format, rows, cols, RandomWeights.Style.ORDINARY);
    return kernels.load("benchmark", format, rows, cols, MemorySegment.ofArray(data));
  }
}
