package exacta.numerics;

/**
 * A row of weights in blocks, taken out of its bytes once for all activations that it meets. Spec:
 * arithmetic.md#weights.
 *
 * @param integers one for each weight, less the format's centre
 * @param scales one for each {@link WeightFormat#scaleElements} of them
 * @param minima one for each 32, where the format has them
 */
record IntegerRow(WeightFormat format, short[] integers, float[] scales, float[] minima) {
  static IntegerRow of(StoredMatrix w, int row) {
    WeightFormat format = w.format();
    int together = format.scaleElements();
    IntegerRow out =
        new IntegerRow(
            format,
            new short[w.cols()],
            new float[w.cols() / together],
            new float[format.hasMinima() ? w.cols() / ScalarKernels.BLOCK : 0]);
    byte[] block = new byte[ScalarKernels.BLOCK];
    for (int col = 0; col < w.cols(); col += ScalarKernels.BLOCK) {
      w.centred(row, col, block, 0);
      for (int i = 0; i < ScalarKernels.BLOCK; i++) {
        out.integers[col + i] = block[i];
      }
    }
    for (int i = 0; i < out.scales.length; i++) {
      out.scales[i] = w.scale(row, i * together);
    }
    for (int i = 0; i < out.minima.length; i++) {
      out.minima[i] = w.minimum(row, i * ScalarKernels.BLOCK);
    }
    return out;
  }

  /**
   * The product with a row of activations. Spec: arithmetic.md#products.
   *
   * <p>Two neighbours' products are added first, in a loop of its own that compilers turn into
   * vectors; of integers any order gives the same.
   *
   * @param pairs scratch, half as long as the row
   */
  float times(QuantizedRow x, int[] pairs) {
    multiply(integers, x.integers(), pairs);
    int together = format.scaleElements();
    int perBlock = ScalarKernels.BLOCK / together;
    float acc = 0;
    for (int block = 0; block < integers.length / ScalarKernels.BLOCK; block++) {
      for (int i = block * perBlock; i < (block + 1) * perBlock; i++) {
        int sum = sum(pairs, i * together / 2, together / 2);
        acc = Math.fma(scales[i] * x.scales()[block], sum, acc);
      }
      if (format.hasMinima()) {
        float atCentre = Math.fma(format.centre(), scales[block], minima[block]);
        acc = Math.fma(atCentre, x.sums()[block], acc);
      }
    }
    return acc;
  }

  private static void multiply(short[] weights, short[] activations, int[] pairs) {
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = weights[2 * i] * activations[2 * i] + weights[2 * i + 1] * activations[2 * i + 1];
    }
  }

  private static int sum(int[] pairs, int from, int count) {
    int sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += pairs[i];
    }
    return sum;
  }
}
