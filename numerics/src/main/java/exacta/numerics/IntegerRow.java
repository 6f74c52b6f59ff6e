package exacta.numerics;

/**
 * A row of weights in blocks, taken out of its bytes once for all activations that it meets. Spec:
 * arithmetic.md#weights.
 *
 * @param integers one for each weight, less the format's centre
 * @param scales one for each {@link WeightFormat#scaleElements} of them
 * @param minima one for each 32, where the format has them
 */
record IntegerRow(WeightFormat format, byte[] integers, float[] scales, float[] minima) {
  static IntegerRow of(StoredMatrix w, int row) {
    WeightFormat format = w.format();
    int together = format.scaleElements();
    IntegerRow out =
        new IntegerRow(
            format,
            new byte[w.cols()],
            new float[w.cols() / together],
            new float[format.hasMinima() ? w.cols() / ScalarKernels.BLOCK : 0]);
    for (int col = 0; col < w.cols(); col += ScalarKernels.BLOCK) {
      w.centred(row, col, out.integers, col);
    }
    for (int i = 0; i < out.scales.length; i++) {
      out.scales[i] = w.scale(row, i * together);
    }
    for (int i = 0; i < out.minima.length; i++) {
      out.minima[i] = w.minimum(row, i * ScalarKernels.BLOCK);
    }
    return out;
  }

  /** The product with a row of activations. Spec: arithmetic.md#products. */
  float times(QuantizedRow x) {
    int together = format.scaleElements();
    int perBlock = ScalarKernels.BLOCK / together;
    float acc = 0;
    for (int block = 0; block < integers.length / ScalarKernels.BLOCK; block++) {
      for (int i = block * perBlock; i < (block + 1) * perBlock; i++) {
        int sum = sumOfProducts(x.integers(), i * together, together);
        acc = Math.fma(scales[i] * x.scales()[block], sum, acc);
      }
      if (format.hasMinima()) {
        float atCentre = Math.fma(format.centre(), scales[block], minima[block]);
        acc = Math.fma(atCentre, x.sums()[block], acc);
      }
    }
    return acc;
  }

  private int sumOfProducts(int[] activations, int from, int count) {
    int sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += integers[i] * activations[i];
    }
    return sum;
  }
}
