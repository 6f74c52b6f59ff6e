package exacta.bench;

import exacta.numerics.Kernels;
import exacta.numerics.WeightFormat;
import exacta.numerics.WeightMatrix;
import exacta.numerics.Workers;
import exacta.primitives.Digest32;
import exacta.primitives.Philox;
import exacta.sprint.SprintModel;
import exacta.sprint.SprintReplay;
import exacta.sprint.SprintShape;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Nonces per second, beside how many there would be if the matrix products were all: {@code
 * SprintSpeed THREADS DIM LAYERS LENGTH [BATCH]}. Prints one line. The products are those of a
 * layer's seven matrices with as many rows as a batch has, on weights of the same kind.
 */
final class SprintSpeed {
  private static final int ROUNDS = 7;
  private static final long ROUND_NANOS = 500_000_000;

  private final SprintShape shape;
  private final int batch;
  private final Kernels kernels;

  private SprintSpeed(SprintShape shape, int batch, Kernels kernels) {
    this.shape = shape;
    this.batch = batch;
    this.kernels = kernels;
  }

  public static void main(String[] arguments) {
    int threads = Integer.parseInt(arguments[0]);
    SprintShape shape =
        new SprintShape(
            Integer.parseInt(arguments[1]),
            Integer.parseInt(arguments[2]),
            Integer.parseInt(arguments[3]));
    int batch = arguments.length > 4 ? Integer.parseInt(arguments[4]) : 8;
    try (Workers workers = new Workers(threads)) {
      new SprintSpeed(shape, batch, Kernels.vector(workers)).report(threads);
    }
  }

  private void report(int threads) {
    SprintModel.derive(Digest32.ZERO, shape, kernels);
    long start = System.nanoTime();
    SprintModel model = SprintModel.derive(Digest32.ZERO, shape, kernels);
    double derived = seconds(start);
    List<Runnable> products = products();
    long[] next = {0};
    Runnable nonces = () -> model.nonces(new byte[20], batch * next[0]++, batch);
    Runnable layers =
        () -> {
          for (int layer = 0; layer < shape.layers(); layer++) {
            products.forEach(Runnable::run);
          }
        };
    double bestNonces = 0;
    double bestProducts = 0;
    for (int round = 0; round < ROUNDS; round++) { // by turns: whatever disturbs hits both
      bestNonces = Math.max(bestNonces, rate(nonces));
      bestProducts = Math.max(bestProducts, rate(layers));
    }
    SprintReplay.replay(Digest32.ZERO, shape, new byte[20], 1);
    start = System.nanoTime();
    SprintReplay.replay(Digest32.ZERO, shape, new byte[20], 1);
    double replayed = seconds(start);
    double weights = 13.0 * shape.dim() * shape.dim() * shape.layers();
    System.out.printf(
        "dim %d, %d layers, length %d, batch %d, %d threads: %.1f nonces/s, %.1f by the products"
            + " alone (%.0f %%; %.1f G multiply-adds/s); derived in %.3f s, one replayed in %.3f"
            + " s%n",
        shape.dim(),
        shape.layers(),
        shape.sequenceLength(),
        batch,
        threads,
        batch * bestNonces,
        batch * bestProducts,
        100 * bestNonces / bestProducts,
        weights * shape.sequenceLength() * batch * bestProducts * 1e-9,
        derived,
        replayed);
  }

  /** Times a second. */
  private static double rate(Runnable work) {
    long start = System.nanoTime();
    int count = 0;
    while (System.nanoTime() - start < ROUND_NANOS) {
      work.run();
      count++;
    }
    return count / seconds(start);
  }

  private List<Runnable> products() {
    int dim = shape.dim();
    int wide = shape.feedForward();
    int tokens = batch * shape.sequenceLength();
    float[] x = new float[tokens * wide];
    for (int i = 0; i < x.length; i++) {
      x[i] = (word(i) >> 8) * 0x1p-23f;
    }
    List<Runnable> products = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      products.add(product(dim, dim, x, tokens));
    }
    products.add(product(wide, dim, x, tokens));
    products.add(product(wide, dim, x, tokens));
    products.add(product(dim, wide, x, tokens));
    return products;
  }

  private Runnable product(int rows, int cols, float[] x, int tokens) {
    byte[] blocks = new byte[rows * cols / 32 * 18];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = (byte) word(i);
    }
    for (int block = 0; block < blocks.length; block += 18) {
      blocks[block + 1] = 0x20; // a scale that is finite
    }
    WeightMatrix matrix =
        kernels.load("bench", WeightFormat.Q4_0, rows, cols, MemorySegment.ofArray(blocks));
    float[] out = new float[tokens * rows];
    return () -> kernels.multiply(matrix, x, tokens, out);
  }

  /** Any numbers will do, as long as they differ. */
  private static int word(int i) {
    int[] words = new int[4];
    Philox.block(1, 0, i, 0, 0, 0, words, 0);
    return words[0];
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) * 1e-9;
  }
}
