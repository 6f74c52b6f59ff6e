package exacta.numerics;

/**
 * A row of activations in blocks of 32. Spec: arithmetic.md#activations.
 *
 * @param integers one for each value, -127 to 127
 * @param scales d of each block
 * @param sums of each block, its integers' sum times its scale
 */
record QuantizedRow(short[] integers, float[] scales, float[] sums) {
  static QuantizedRow of(float[] x, int at, int cols) {
    int blocks = cols / ScalarKernels.BLOCK;
    QuantizedRow row = new QuantizedRow(new short[cols], new float[blocks], new float[blocks]);
    for (int block = 0; block < blocks; block++) {
      row.quantize(x, at, block);
    }
    return row;
  }

  private void quantize(float[] x, int at, int block) {
    int start = block * ScalarKernels.BLOCK;
    float largest = 0;
    for (int i = start; i < start + ScalarKernels.BLOCK; i++) {
      largest = Math.max(largest, Math.abs(x[at + i]));
    }
    if (largest < ScalarKernels.QUANTIZE_MIN) {
      largest = 0;
    }
    float inverse = largest == 0 ? 0 : 127 / largest;
    int sum = 0;
    for (int i = start; i < start + ScalarKernels.BLOCK; i++) {
      integers[i] = (short) Math.rint(x[at + i] * inverse);
      sum += integers[i];
    }
    scales[block] = largest / 127;
    sums[block] = scales[block] * sum;
  }
}
