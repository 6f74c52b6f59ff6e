package exacta.numerics;

import exacta.primitives.Check;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * The fast kernels: Vector API and several threads, the same bits as {@link ScalarKernels}. Threads
 * share outputs, never sums.
 */
public final class VectorKernels implements Kernels {
  /** Tokens whose activations are quantized and multiplied in one go. */
  private static final int SLICE = 256;

  /** Tokens that an attention takes together. */
  private static final int ATTENTION_TILE = 8;

  /** Fewer tokens than this at the end of a batch are not worth a tile. */
  private static final int TILE_MIN = 3;

  private static final int TILE = VectorProducts4.TILE;

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
    return PackedMatrix.of(stored);
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
    if (!w.format().isQuantized()) {
      multiplyPlain(w, x, tokens, out);
      return;
    }
    for (int first = 0; first < tokens; first += SLICE) {
      int count = Math.min(SLICE, tokens - first);
      int rest = count % TILE;
      int tiled = rest >= TILE_MIN ? count : count - rest;
      if (tiled > 0) {
        multiplyTiles(w, x, first, tiled, out);
      }
      if (tiled < count) {
        multiplySingles(w, x, first + tiled, count - tiled, out);
      }
    }
  }

  private void multiplyPlain(PackedMatrix w, float[] x, int tokens, float[] out) {
    workers.forShares(
        w.rows(),
        (from, to) -> {
          for (int row = from; row < to; row++) {
            for (int t = 0; t < tokens; t++) {
              out[t * w.rows() + row] =
                  Lanes.dot(w.floats(), row * w.cols(), x, t * w.cols(), w.cols());
            }
          }
        });
  }

  /** The way of decoding: each thread streams through its share of the weights. */
  private void multiplySingles(PackedMatrix w, float[] x, int first, int tokens, float[] out) {
    boolean eightBits = w.format() == WeightFormat.Q8_0;
    TiledRows rows = TiledRows.of(x, first, tokens, w.cols(), 1, !eightBits);
    int height = eightBits ? PackedMatrix.ROWS_8 : PackedMatrix.ROWS_4;
    workers.forShares(
        w.groups(),
        (from, to) -> {
          float[] products = new float[height];
          VectorProducts4.Scratch scratch = new VectorProducts4.Scratch();
          for (int group = from; group < to; group++) {
            for (int t = 0; t < tokens; t++) {
              if (eightBits) {
                VectorProducts8.single(w, group, rows, t, products);
                copy(w, group, height, products, 0, out, first + t);
              } else {
                VectorProducts4.single(w, group, rows, t, scratch);
                copy(w, group, height, scratch.out, 0, out, first + t);
              }
            }
          }
        });
  }

  private void multiplyTiles(PackedMatrix w, float[] x, int first, int tokens, float[] out) {
    boolean eightBits = w.format() == WeightFormat.Q8_0;
    TiledRows rows = TiledRows.of(x, first, tokens, w.cols(), TILE, !eightBits);
    workers.forRange(
        w.groups(),
        1,
        (from, to) -> {
          for (int group = from; group < to; group++) {
            if (eightBits) {
              tiles8(w, group, rows, first, tokens, out);
            } else {
              tiles4(w, group, rows, first, tokens, out);
            }
          }
        });
  }

  private static void tiles4(
      PackedMatrix w, int group, TiledRows rows, int first, int tokens, float[] out) {
    VectorProducts4.Scratch scratch = new VectorProducts4.Scratch();
    for (int tile = 0; tile < rows.tiles; tile++) {
      VectorProducts4.tile(w, group, rows, tile, scratch);
      for (int t = 0; t < Math.min(TILE, tokens - tile * TILE); t++) {
        int at = t * PackedMatrix.ROWS_4;
        copy(w, group, PackedMatrix.ROWS_4, scratch.out, at, out, first + tile * TILE + t);
      }
    }
  }

  private static void tiles8(
      PackedMatrix w, int group, TiledRows rows, int first, int tokens, float[] out) {
    VectorProducts8.Scratch scratch = new VectorProducts8.Scratch();
    for (int tile = 0; tile < rows.tiles; tile++) {
      VectorProducts8.tile(w, group, rows, tile, scratch);
      for (int t = 0; t < Math.min(TILE, tokens - tile * TILE); t++) {
        int at = t * PackedMatrix.ROWS_8;
        copy(w, group, PackedMatrix.ROWS_8, scratch.out, at, out, first + tile * TILE + t);
      }
    }
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
  public void rope(RopeTable table, float[] x, int tokens, int heads, int firstPosition) {
    scalar.rope(table, x, tokens, heads, firstPosition);
  }

  @Override
  public void attention(
      AttentionShape shape,
      float[] queries,
      int tokens,
      int firstPosition,
      KeyValueCache cache,
      float[] out) {
    VectorAttention attention = new VectorAttention(shape, queries, firstPosition, cache, out);
    int tiles = Math.ceilDiv(tokens, ATTENTION_TILE);
    workers.forRange(
        tiles * shape.keyValueHeads(),
        1,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            int start = i % tiles * ATTENTION_TILE;
            attention.attend(i / tiles, start, Math.min(start + ATTENTION_TILE, tokens));
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
  public void add(float[] x, float[] y, int count) {
    scalar.add(x, y, count);
  }

  @Override
  public float logProbability(float[] logits, int token) {
    float max = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    int padded = Math.ceilDiv(logits.length, Stripes.COUNT) * Stripes.COUNT;
    float[] scratch = Arrays.copyOf(logits, padded);
    Arrays.fill(scratch, logits.length, padded, Float.NEGATIVE_INFINITY);
    return logits[token] - max - Elementary.log(Lanes.sumOfExp(scratch, 0, padded, max));
  }

  private static PackedMatrix packed(WeightMatrix weights) {
    Check.that(weights instanceof PackedMatrix, "the matrix was loaded by these kernels");
    return (PackedMatrix) weights;
  }
}
