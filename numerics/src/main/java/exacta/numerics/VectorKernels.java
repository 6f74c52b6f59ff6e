package exacta.numerics;

import exacta.primitives.Check;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.IntConsumer;
import jdk.incubator.vector.FloatVector;

/**
 * The fast kernels: Vector API and several threads, the same bits as {@link ScalarKernels}. Threads
 * share outputs, never sums.
 */
public final class VectorKernels implements Kernels {
  /** Tokens whose activations are quantized and multiplied in one go. */
  private static final int SLICE = 256;

  /** Fewer tokens than this at the end of a batch are not worth a tile. */
  private static final int TILE_MIN = 3;

  private static final int TILE = VectorProducts4.TILE;

  /** Pieces of a loop for each thread, so that a late one does not keep the others waiting. */
  private static final int PIECES = 4;

  private final ScalarKernels scalar = new ScalarKernels();
  private final Workers workers;

  VectorKernels(Workers workers) {
    this.workers = workers;
  }

  @Override
  public WeightMatrix load(
      String name, WeightFormat format, int rows, int cols, MemorySegment data) {
    StoredMatrix stored = new StoredMatrix(format, rows, cols, data);
    stored.requireFinite(name);
    return PackedMatrix.of(stored, workers);
  }

  @Override
  public void decodeRow(WeightMatrix weights, int row, float[] out, int at) {
    PackedMatrix w = packed(weights);
    for (int col = 0; col < w.cols(); col++) {
      out[at + col] = w.weight(row, col);
    }
  }

  @Override
  public void multiply(WeightMatrix weights, float[] x, int tokens, float[] out) {
    PackedMatrix w = packed(weights);
    if (w instanceof PlainMatrix plain) {
      multiplyPlain(plain, x, tokens, out);
      return;
    }
    for (int first = 0; first < tokens; first += SLICE) {
      int count = Math.min(SLICE, tokens - first);
      int rest = count % TILE;
      int tiled = rest >= TILE_MIN ? count : count - rest;
      if (tiled > 0) {
        multiplyTiles(w, x, first, tiled, TILE, out);
      }
      if (tiled < count) {
        multiplyTiles(w, x, first + tiled, count - tiled, 1, out);
      }
    }
  }

  private void multiplyPlain(PlainMatrix w, float[] x, int tokens, float[] out) {
    workers.forShares(
        Math.ceilDiv(w.rows(), VectorProductsPlain.ROWS),
        (from, to) -> {
          VectorProductsPlain products = new VectorProductsPlain(w, x, out);
          for (int group = from; group < to; group++) {
            products.multiply(group, tokens);
          }
        });
  }

  /**
   * Multiplies tiles of so many tokens. One token is the way of decoding, where each thread streams
   * through its share of the weights; with more tokens threads take what is left.
   */
  private void multiplyTiles(
      PackedMatrix w, float[] x, int first, int tokens, int tile, float[] out) {
    boolean nibbles = w instanceof NibbleMatrix;
    int height = nibbles ? NibbleMatrix.ROWS : ByteMatrix.ROWS;
    int groups = Math.ceilDiv(w.rows(), height);
    TiledRows rows = TiledRows.of(x, first, tokens, w.cols(), tile, nibbles);
    int pieces = tile == 1 ? 1 : PIECES;
    workers.forRange(
        groups,
        Math.max(1, Math.ceilDiv(groups, workers.threads() * pieces)),
        (from, to) -> {
          GroupProducts products =
              switch (w) {
                case NibbleMatrix n -> new VectorProducts4(n, rows);
                case ByteMatrix b -> new VectorProducts8(b, rows);
                case PlainMatrix _ -> throw new AssertionError("plain weights have no tiles");
              };
          for (int group = from; group < to; group++) {
            products.begin(group);
            for (int t = 0; t < tokens; t++) {
              if (t % tile == 0) {
                products.multiply(t / tile);
              }
              copy(w, group, height, products.out(), t % tile * height, out, first + t);
            }
          }
        });
  }

  /** Moves a group's products of one token to their place; the last group may be cut. */
  private static void copy(
      PackedMatrix w, int group, int height, float[] products, int at, float[] out, int token) {
    int row = group * height;
    int count = Math.min(height, w.rows() - row);
    System.arraycopy(products, at, out, token * w.rows() + row, count);
  }

  @Override
  public void rmsNorm(float[] x, int tokens, float[] gain, float epsilon, float[] out) {
    int width = gain.length;
    for (int t = 0; t < tokens; t++) {
      int at = t * width;
      float sum = Lanes.dot(x, at, x, at, width);
      float factor = ScalarKernels.normFactor(sum, width, epsilon);
      for (int i = 0; i < width; i++) {
        out[at + i] = x[at + i] * factor * gain[i];
      }
    }
  }

  @Override
  public void rope(RopeTable table, float[] x, int heads, List<Segment> segments) {
    scalar.rope(table, x, heads, segments);
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
    int body = count - count % Lanes.COUNT;
    for (int i = 0; i < body; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(Lanes.FLOATS, gate, i);
      FloatVector one = FloatVector.broadcast(Lanes.FLOATS, 1);
      FloatVector silu = x.div(one.add(Lanes.exp(x.neg().min(Elementary.EXP_MAX))));
      silu.mul(FloatVector.fromArray(Lanes.FLOATS, up, i)).intoArray(out, i);
    }
    for (int i = body; i < count; i++) {
      out[i] = ScalarKernels.silu(gate[i]) * up[i];
    }
  }

  @Override
  public void geGlu(float[] gate, float[] up, int count, float[] out) {
    int body = count - count % Lanes.COUNT;
    for (int i = 0; i < body; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(Lanes.FLOATS, gate, i);
      FloatVector one = FloatVector.broadcast(Lanes.FLOATS, 1);
      FloatVector cube =
          x.mul(x).fma(FloatVector.broadcast(Lanes.FLOATS, ScalarKernels.GELU_CUBE), one);
      FloatVector exponent = x.mul(ScalarKernels.GELU_SLOPE).mul(cube);
      FloatVector gelu = x.div(one.add(Lanes.exp(exponent.min(Elementary.EXP_MAX))));
      gelu.mul(FloatVector.fromArray(Lanes.FLOATS, up, i)).intoArray(out, i);
    }
    for (int i = body; i < count; i++) {
      out[i] = ScalarKernels.gelu(gate[i]) * up[i];
    }
  }

  @Override
  public void add(float[] x, float[] y, int count) {
    scalar.add(x, y, count);
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
  public int near(
      float[] logits, int at, int count, float divisor, float largest, float least, int[] ids) {
    return VectorLogits.near(logits, at, count, divisor, largest, least, ids);
  }

  @Override
  public float units(
      float[] logits, int at, int count, float divisor, float largest, float least, float unit) {
    return VectorLogits.units(logits, at, count, divisor, largest, least, unit);
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
