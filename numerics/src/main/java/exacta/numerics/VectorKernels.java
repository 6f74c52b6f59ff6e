package exacta.numerics;

import exacta.primitives.Check;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import jdk.incubator.vector.FloatVector;

/**
 * The fast kernels: Vector API, machine code where there is some, and several threads, the same
 * bits as {@link ScalarKernels}. Threads share outputs, never sums.
 */
public final class VectorKernels implements Kernels {
  private final ScalarKernels scalar = new ScalarKernels();
  private final Workers workers;
  private final MatrixProducts products;

  VectorKernels(Workers workers) {
    this.workers = workers;
    products = new MatrixProducts(workers);
  }

  @Override
  public void prepare() {
    MachineCode.isHere(); // by then it is written
  }

  @Override
  public long bytes(WeightFormat format, long rows, long cols) {
    return PackedMatrix.bytes(format, rows, cols);
  }

  @Override
  public WeightMatrix load(
      String name, WeightFormat format, int rows, int cols, MemorySegment data) {
    PackedMatrix.requireRoom(name, format, rows, cols);
    return PackedMatrix.of(name, new StoredMatrix(format, rows, cols, data), workers);
  }

  @Override
  public int rowsTogether(WeightMatrix weights) {
    return MatrixProducts.rowsTogether(packed(weights));
  }

  @Override
  public void decodeRow(WeightMatrix weights, int row, float[] out, int at) {
    PackedMatrix w = packed(weights);
    for (int col = 0; col < w.cols(); col++) {
      out[at + col] = w.weight(row, col);
    }
  }

  @Override
  public void multiply(WeightMatrix weights, float[] x, int tokens, float[] out, int at) {
    products.multiply(List.of(new MatrixProducts.Target(packed(weights), out, at)), x, tokens);
  }

  @Override
  public void multiply(List<WeightMatrix> weights, float[] x, int tokens, List<float[]> outs) {
    List<MatrixProducts.Target> targets = new ArrayList<>();
    for (int i = 0; i < weights.size(); i++) {
      targets.add(new MatrixProducts.Target(packed(weights.get(i)), outs.get(i), 0));
    }
    products.multiply(targets, x, tokens);
  }

  @Override
  public void rmsNorm(float[] x, int tokens, float[] gain, float epsilon, float[] out) {
    int width = gain.length;
    workers.forValues(
        tokens,
        width,
        (from, to) -> {
          for (int t = from; t < to; t++) {
            int at = t * width;
            float sum = Lanes.dot(x, at, x, at, width);
            float factor = ScalarKernels.normFactor(sum, width, epsilon);
            for (int i = 0; i < width; i++) {
              out[at + i] = x[at + i] * factor * gain[i];
            }
          }
        });
  }

  @Override
  public void rope(RopeTable table, float[] x, int heads, List<Segment> segments) {
    for (Segment segment : segments) {
      table.require(segment);
      workers.forValues(
          segment.count(),
          heads * table.headSize(),
          (from, to) -> table.rotate(x, heads, segment, from, to));
    }
  }

  @Override
  public void attention(
      AttentionShape shape, int layer, float[] queries, List<Segment> segments, float[] out) {
    VectorAttention attention = new VectorAttention(shape, layer, queries, out);
    List<VectorAttention.Tile> tiles = VectorAttention.tiles(segments, shape.keyValueHeads());
    workers.forRange(
        tiles.size(),
        1,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            attention.attend(tiles.get(i));
          }
        });
  }

  @Override
  public void swiGlu(float[] gate, float[] up, int count, float[] out) {
    workers.forValues(count, 1, (from, to) -> swiGlu(gate, up, from, to, out));
  }

  private static void swiGlu(float[] gate, float[] up, int from, int to, float[] out) {
    int body = to - (to - from) % Lanes.COUNT;
    for (int i = from; i < body; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(Lanes.FLOATS, gate, i);
      FloatVector silu = x.div(Lanes.onePlusExp(x.neg()));
      silu.mul(FloatVector.fromArray(Lanes.FLOATS, up, i)).intoArray(out, i);
    }
    for (int i = body; i < to; i++) {
      out[i] = ScalarKernels.silu(gate[i]) * up[i];
    }
  }

  @Override
  public void geGlu(float[] gate, float[] up, int count, float[] out) {
    workers.forValues(count, 1, (from, to) -> geGlu(gate, up, from, to, out));
  }

  private static void geGlu(float[] gate, float[] up, int from, int to, float[] out) {
    int body = to - (to - from) % Lanes.COUNT;
    for (int i = from; i < body; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(Lanes.FLOATS, gate, i);
      FloatVector one = FloatVector.broadcast(Lanes.FLOATS, 1);
      FloatVector cube =
          x.mul(x).fma(FloatVector.broadcast(Lanes.FLOATS, ScalarKernels.GELU_CUBE), one);
      FloatVector exponent = x.mul(ScalarKernels.GELU_SLOPE).mul(cube);
      FloatVector gelu = x.div(Lanes.onePlusExp(exponent));
      gelu.mul(FloatVector.fromArray(Lanes.FLOATS, up, i)).intoArray(out, i);
    }
    for (int i = body; i < to; i++) {
      out[i] = ScalarKernels.gelu(gate[i]) * up[i];
    }
  }

  @Override
  public void add(float[] x, float[] y, int count) {
    workers.forValues(
        count,
        1,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            x[i] += y[i];
          }
        });
  }

  @Override
  public void addToRows(float[] x, int tokens, float[] y) {
    scalar.addToRows(x, tokens, y);
  }

  @Override
  public void addScaled(float[] x, int at, float factor, float[] y, int from, int count) {
    scalar.addScaled(x, at, factor, y, from, count);
  }

  @Override
  public void scale(float[] x, int count, float factor) {
    scalar.scale(x, count, factor);
  }

  @Override
  public LogitRange range(float[] logits, int at, int count) {
    return VectorLogits.range(logits, at, count);
  }

  @Override
  public float sumOfExp(float[] logits, int at, int count, float largest) {
    return VectorLogits.sumOfExp(logits, at, count, largest);
  }

  @Override
  public void divide(float[] x, int at, int count, float divisor, float[] quotients) {
    VectorLogits.divide(x, at, count, divisor, quotients);
  }

  @Override
  public int near(float[] logits, int at, int count, float largest, float least, int[] ids) {
    return VectorLogits.near(logits, at, count, largest, least, ids);
  }

  @Override
  public float units(float[] logits, int at, int count, float largest, float least, float unit) {
    return VectorLogits.units(logits, at, count, largest, least, unit);
  }

  @Override
  public void forEach(int turns, IntConsumer body) {
    workers.forRange(
        turns,
        1,
        (from, to) -> {
          for (int turn = from; turn < to; turn++) {
            body.accept(turn);
          }
        });
  }

  private static PackedMatrix packed(WeightMatrix weights) {
    Check.that(weights instanceof PackedMatrix, "the matrix was loaded by these kernels");
    return (PackedMatrix) weights;
  }
}
