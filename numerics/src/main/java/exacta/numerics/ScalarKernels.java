package exacta.numerics;

import exacta.primitives.Check;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * The specification of the arithmetic, written to be read: every loop runs in the order that the
 * rule gives, but for sums of integers, which any order gives. Spec: arithmetic.md. Runs on the
 * caller's thread.
 */
public final class ScalarKernels implements Kernels {
  static final int BLOCK = 32;

  /** Positions of one part of an attention's sums. */
  static final int CHUNK = 256;

  /** Blocks whose largest magnitude is below count as zero, so that 127 / a stays finite. */
  static final float QUANTIZE_MIN = 0x1p-100f;

  /** -2 * sqrt(2 / pi). */
  static final float GELU_SLOPE = -0x1.988454p0f;

  /** 0.044715. */
  static final float GELU_CUBE = 0x1.6e4e26p-5f;

  private static final Workers ALONE = new Workers(1);

  ScalarKernels() {}

  /** Weights stay in the file. */
  @Override
  public long bytes(WeightFormat format, long rows, long cols) {
    return 0;
  }

  @Override
  public int rowsTogether(WeightMatrix weights) {
    return 1;
  }

  @Override
  public WeightMatrix load(
      String name, WeightFormat format, int rows, int cols, MemorySegment data) {
    StoredMatrix matrix = new StoredMatrix(format, rows, cols, data);
    matrix.requireFinite(name, ALONE);
    return matrix;
  }

  @Override
  public void decodeRow(WeightMatrix weights, int row, float[] out, int at) {
    StoredMatrix w = stored(weights);
    for (int col = 0; col < w.cols(); col++) {
      out[at + col] = w.weight(row, col);
    }
  }

  @Override
  public void multiply(List<WeightMatrix> weights, float[] x, int tokens, List<float[]> outs) {
    for (int i = 0; i < weights.size(); i++) {
      multiply(weights.get(i), x, tokens, outs.get(i));
    }
  }

  @Override
  public void multiply(WeightMatrix weights, float[] x, int tokens, float[] values, int at) {
    StoredMatrix w = stored(weights);
    Output out = new Output(values, at, w.rows());
    if (w.format().isQuantized()) {
      multiplyIntegers(w, x, tokens, out);
      return;
    }
    for (int t = 0; t < tokens; t++) {
      for (int r = 0; r < w.rows(); r++) {
        values[out.index(t, r)] = plainProduct(w, r, x, t * w.cols());
      }
    }
  }

  private static void multiplyIntegers(StoredMatrix w, float[] x, int tokens, Output out) {
    QuantizedRow[] activations = new QuantizedRow[tokens];
    for (int t = 0; t < tokens; t++) {
      activations[t] = QuantizedRow.of(x, t * w.cols(), w.cols());
    }
    int[] pairs = new int[w.cols() / 2];
    for (int r = 0; r < w.rows(); r++) {
      IntegerRow row = IntegerRow.of(w, r);
      for (int t = 0; t < tokens; t++) {
        out.values()[out.index(t, r)] = row.times(activations[t], pairs);
      }
    }
  }

  private static float plainProduct(StoredMatrix w, int row, float[] x, int at) {
    float[] partials = new float[Stripes.COUNT];
    for (int i = 0; i < w.cols(); i++) {
      int s = i % Stripes.COUNT;
      partials[s] = Math.fma(w.plain(row, i), x[at + i], partials[s]);
    }
    return Stripes.fold(partials);
  }

  @Override
  public void rmsNorm(float[] x, int tokens, float[] gain, float epsilon, float[] out) {
    int width = gain.length;
    for (int t = 0; t < tokens; t++) {
      float[] partials = new float[Stripes.COUNT];
      for (int i = 0; i < width; i++) {
        int s = i % Stripes.COUNT;
        partials[s] = Math.fma(x[t * width + i], x[t * width + i], partials[s]);
      }
      float factor = normFactor(Stripes.fold(partials), width, epsilon);
      for (int i = 0; i < width; i++) {
        out[t * width + i] = x[t * width + i] * factor * gain[i];
      }
    }
  }

  /** A sum that overflowed must not become a factor of zero and hide. */
  static float normFactor(float sumOfSquares, int width, float epsilon) {
    return Float.isFinite(sumOfSquares)
        ? 1 / (float) Math.sqrt(sumOfSquares / width + epsilon)
        : Float.NaN;
  }

  @Override
  public void rope(RopeTable table, float[] x, int heads, List<Segment> segments) {
    for (Segment segment : segments) {
      table.require(segment);
      table.rotate(x, heads, segment, 0, segment.count());
    }
  }

  @Override
  public void attention(
      AttentionShape shape, int layer, float[] queries, List<Segment> segments, float[] out) {
    for (Segment segment : segments) {
      for (int i = 0; i < segment.count(); i++) {
        for (int head = 0; head < shape.heads(); head++) {
          int at = ((segment.row() + i) * shape.heads() + head) * shape.headSize();
          Keys keys = new Keys(segment.cache(), layer, head / shape.headsPerGroup());
          attendHead(shape, queries, at, segment.first() + i, keys, out);
        }
      }
    }
  }

  /** One head's keys and values. */
  private record Keys(KeyValueCache cache, int layer, int head) {
    float key(int position, int d) {
      return cache.key(layer, head, position, d);
    }

    float value(int position, int d) {
      return cache.value(layer, head, position, d);
    }
  }

  /** Spec: arithmetic.md#attention. */
  private static void attendHead(
      AttentionShape shape, float[] queries, int at, int position, Keys keys, float[] out) {
    int first = shape.firstVisible(position);
    float[] scores = new float[position + 1];
    float max = Float.NEGATIVE_INFINITY;
    for (int j = first; j <= position; j++) {
      float dot = 0;
      for (int d = 0; d < shape.headSize(); d++) {
        dot = Math.fma(queries[at + d], keys.key(j, d), dot);
      }
      scores[j] = dot * shape.scale();
      max = Math.max(max, scores[j]);
    }
    if (!Elementary.allFinite(scores, first, position + 1 - first)) {
      Arrays.fill(out, at, at + shape.headSize(), Float.NaN);
      return;
    }
    float denominator = 0;
    float[] total = new float[shape.headSize()];
    for (int start = first - first % CHUNK; start <= position; start += CHUNK) {
      float[] partials = new float[Stripes.COUNT];
      float[] sum = new float[shape.headSize()];
      for (int j = Math.max(start, first); j <= Math.min(start + CHUNK - 1, position); j++) {
        float p = Elementary.exp(scores[j] - max);
        partials[j % Stripes.COUNT] += p;
        for (int d = 0; d < shape.headSize(); d++) {
          sum[d] = Math.fma(p, keys.value(j, d), sum[d]);
        }
      }
      denominator += Stripes.fold(partials);
      for (int d = 0; d < shape.headSize(); d++) {
        total[d] += sum[d];
      }
    }
    for (int d = 0; d < shape.headSize(); d++) {
      out[at + d] = total[d] / denominator;
    }
  }

  @Override
  public void swiGlu(float[] gate, float[] up, int count, float[] out) {
    for (int i = 0; i < count; i++) {
      out[i] = silu(gate[i]) * up[i];
    }
  }

  static float silu(float x) {
    return x / (1 + Elementary.exp(Math.min(-x, Elementary.EXP_MAX)));
  }

  @Override
  public void geGlu(float[] gate, float[] up, int count, float[] out) {
    for (int i = 0; i < count; i++) {
      out[i] = gelu(gate[i]) * up[i];
    }
  }

  /** With the tangent's hyperbola written as an exponential. Spec: arithmetic.md#feed-forward. */
  static float gelu(float x) {
    float exponent = GELU_SLOPE * x * Math.fma(GELU_CUBE, x * x, 1);
    return x / (1 + Elementary.exp(Math.min(exponent, Elementary.EXP_MAX)));
  }

  @Override
  public void add(float[] x, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      x[i] += y[i];
    }
  }

  @Override
  public void addToRows(float[] x, int tokens, float[] y) {
    for (int t = 0; t < tokens; t++) {
      for (int i = 0; i < y.length; i++) {
        x[t * y.length + i] += y[i];
      }
    }
  }

  @Override
  public void addScaled(float[] x, int at, float factor, float[] y, int from, int count) {
    for (int i = 0; i < count; i++) {
      x[at + i] = Math.fma(factor, y[from + i], x[at + i]);
    }
  }

  @Override
  public void scale(float[] x, int count, float factor) {
    for (int i = 0; i < count; i++) {
      x[i] *= factor;
    }
  }

  @Override
  public void divide(float[] x, int at, int count, float divisor, float[] quotients) {
    for (int i = 0; i < count; i++) {
      quotients[i] = x[at + i] / divisor;
    }
  }

  @Override
  public LogitRange range(float[] logits, int at, int count) {
    if (!Elementary.allFinite(logits, at, count)) {
      return LogitRange.NOT_FINITE;
    }
    int mostLikely = 0;
    float smallest = logits[at];
    for (int i = 1; i < count; i++) {
      smallest = Math.min(smallest, logits[at + i]);
      if (logits[at + i] > logits[at + mostLikely]) {
        mostLikely = i;
      }
    }
    return new LogitRange(true, smallest, mostLikely, logits[at + mostLikely]);
  }

  @Override
  public float sumOfExp(float[] logits, int at, int count, float largest) {
    float[] partials = new float[Stripes.COUNT];
    for (int i = 0; i < count; i++) {
      partials[i % Stripes.COUNT] += Elementary.exp(logits[at + i] - largest);
    }
    return Stripes.fold(partials);
  }

  @Override
  public int near(float[] logits, int at, int count, float largest, float least, int[] ids) {
    int found = 0;
    for (int i = 0; i < count; i++) {
      if (logits[at + i] - largest >= least) {
        ids[found++] = i;
      }
    }
    return found;
  }

  @Override
  public float units(float[] logits, int at, int count, float largest, float least, float unit) {
    float sum = 0;
    for (int i = 0; i < count; i++) {
      sum += units(logits[at + i] - largest, least, unit);
    }
    return sum;
  }

  static float units(float distance, float least, float unit) {
    if (distance >= least) {
      return 0;
    }
    float exact = Elementary.exp(distance) / unit;
    float rounded = (float) Math.rint(exact);
    return Math.abs(exact - rounded) == 0.5f ? Float.NaN : rounded;
  }

  @Override
  public void forEach(int turns, IntConsumer body) {
    for (int turn = 0; turn < turns; turn++) {
      body.accept(turn);
    }
  }

  private static StoredMatrix stored(WeightMatrix weights) {
    Check.that(weights instanceof StoredMatrix, "the matrix was loaded by these kernels");
    return (StoredMatrix) weights;
  }
}
