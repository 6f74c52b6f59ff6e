package exacta.numerics;

import exacta.primitives.Check;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;

/**
 * Attention of some tokens' queries that share a head of keys and values: widens a chunk of the
 * cache once for all of them. Lanes are positions for the scores, and elements of the head for the
 * values, so no sum is reordered.
 */
final class VectorAttention {
  private static final int CHUNK = ScalarKernels.CHUNK;
  private static final int BLOCK = KeyValuePage.BLOCK;
  private static final int PAGE = KeyValuePage.POSITIONS;
  private static final int LANES = Lanes.COUNT;

  /** Tokens that are taken together. */
  private static final int TILE = 8;

  static {
    Check.that(CHUNK % PAGE == 0 && PAGE % BLOCK == 0, "no chunk cuts a page, no page a block");
  }

  /**
   * Some tokens of a segment, with all query heads of a key head.
   *
   * @param row of the first in the batch
   * @param position of the first
   */
  record Tile(KeyValueCache cache, int row, int position, int tokens, int head) {
    /** Positions up to the last token's own. */
    int positions() {
      return position + tokens;
    }
  }

  private final AttentionShape shape;
  private final int layer;
  private final float[] queries;
  private final float[] out;

  VectorAttention(AttentionShape shape, int layer, float[] queries, float[] out) {
    this.shape = shape;
    this.layer = layer;
    this.queries = queries;
    this.out = out;
  }

  static List<Tile> tiles(List<Segment> segments, int heads) {
    List<Tile> tiles = new ArrayList<>();
    for (Segment segment : segments) {
      for (int i = 0; i < segment.count(); i += TILE) {
        int tokens = Math.min(TILE, segment.count() - i);
        for (int head = 0; head < heads; head++) {
          tiles.add(
              new Tile(segment.cache(), segment.row() + i, segment.first() + i, tokens, head));
        }
      }
    }
    return tiles;
  }

  void attend(Tile tile) {
    int group = shape.headsPerGroup();
    int rows = tile.tokens() * group;
    int first = shape.firstVisible(tile.position());
    first -= first % CHUNK;
    int positions = Math.ceilDiv(tile.positions(), BLOCK) * BLOCK;
    int stride = positions - first;
    float[] wide = new float[Math.min(stride, CHUNK) * shape.headSize()];
    float[] scores = new float[rows * stride];
    for (int start = first; start < positions; start += CHUNK) {
      int count = Math.min(CHUNK, positions - start);
      widenKeys(tile, start, count, wide);
      for (int row = 0; row < rows; row++) {
        int at = queryAt(tile, row);
        score(queries, at, wide, count, shape, scores, row * stride + start - first);
      }
    }
    float[] denominators = new float[rows];
    for (int row = 0; row < rows; row++) {
      int position = tile.position() + row / group;
      int from = shape.firstVisible(position) - first;
      denominators[row] = exponentiate(scores, row * stride, from, position + 1 - first, stride);
      int at = queryAt(tile, row);
      Arrays.fill(out, at, at + shape.headSize(), 0);
    }
    for (int start = first; start < tile.positions(); start += CHUNK) {
      int count = Math.min(CHUNK, tile.positions() - start);
      widenValues(tile, start, count, wide);
      for (int row = 0; row < rows; row++) {
        int position = tile.position() + row / group;
        int from = Math.max(0, shape.firstVisible(position) - start);
        int to = Math.min(count, position + 1 - start);
        if (from < to) {
          int scoreAt = row * stride + start - first;
          mix(scores, scoreAt, from, to, wide, shape.headSize(), out, queryAt(tile, row));
        }
      }
    }
    for (int row = 0; row < rows; row++) {
      divide(queryAt(tile, row), denominators[row]);
    }
  }

  private void widenKeys(Tile tile, int start, int count, float[] wide) {
    for (int i = 0; i < count; i += PAGE) {
      tile.cache()
          .page(start + i)
          .widenKeys(layer, tile.head(), Math.min(PAGE, count - i), wide, i * shape.headSize());
    }
  }

  private void widenValues(Tile tile, int start, int count, float[] wide) {
    for (int i = 0; i < count; i += PAGE) {
      tile.cache()
          .page(start + i)
          .widenValues(layer, tile.head(), Math.min(PAGE, count - i), wide, i * shape.headSize());
    }
  }

  /** Where the query of a row starts, and its output. */
  private int queryAt(Tile tile, int row) {
    int group = shape.headsPerGroup();
    int token = tile.row() + row / group;
    return (token * shape.heads() + tile.head() * group + row % group) * shape.headSize();
  }

  private static void score(
      float[] query,
      int at,
      float[] keys,
      int count,
      AttentionShape shape,
      float[] scores,
      int scoreAt) {
    int size = shape.headSize();
    int j = 0;
    for (; j + 4 * BLOCK <= count; j += 4 * BLOCK) {
      for (int part = 0; part < BLOCK; part += LANES) {
        scoreFour(
            query, at, keys, j * size + part, size, shape.scale(), scores, scoreAt + j + part);
      }
    }
    for (; j < count; j += BLOCK) {
      for (int part = 0; part < BLOCK; part += LANES) {
        scoreOne(query, at, keys, j * size + part, size, shape.scale(), scores, scoreAt + j + part);
      }
    }
  }

  private static void scoreOne(
      float[] query,
      int at,
      float[] keys,
      int keyAt,
      int size,
      float scale,
      float[] scores,
      int scoreAt) {
    FloatVector dot = FloatVector.zero(Lanes.FLOATS);
    for (int d = 0; d < size; d++) {
      dot = load(keys, keyAt + d * BLOCK).fma(broadcast(query[at + d]), dot);
    }
    dot.mul(scale).intoArray(scores, scoreAt);
  }

  private static void scoreFour(
      float[] query,
      int at,
      float[] keys,
      int keyAt,
      int size,
      float scale,
      float[] scores,
      int scoreAt) {
    FloatVector s0 = FloatVector.zero(Lanes.FLOATS);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int stride = size * BLOCK;
    for (int d = 0; d < size; d++) {
      FloatVector q = broadcast(query[at + d]);
      int k = keyAt + d * BLOCK;
      s0 = load(keys, k).fma(q, s0);
      s1 = load(keys, k + stride).fma(q, s1);
      s2 = load(keys, k + 2 * stride).fma(q, s2);
      s3 = load(keys, k + 3 * stride).fma(q, s3);
    }
    s0.mul(scale).intoArray(scores, scoreAt);
    s1.mul(scale).intoArray(scores, scoreAt + BLOCK);
    s2.mul(scale).intoArray(scores, scoreAt + 2 * BLOCK);
    s3.mul(scale).intoArray(scores, scoreAt + 3 * BLOCK);
  }

  /**
   * Replaces the visible scores by exp(score - max), the others by zero, and returns the sum; not a
   * number if a visible one is not finite. All counts are from the row's first score, which starts
   * a chunk.
   */
  private static float exponentiate(float[] scores, int at, int from, int to, int count) {
    if (!Elementary.allFinite(scores, at + from, to - from)) {
      return Float.NaN;
    }
    float max = Float.NEGATIVE_INFINITY;
    for (int j = from; j < to; j++) {
      max = Math.max(max, scores[at + j]);
    }
    Arrays.fill(scores, at, at + from, Float.NEGATIVE_INFINITY);
    Arrays.fill(scores, at + to, at + count, Float.NEGATIVE_INFINITY);
    float denominator = 0;
    for (int start = from - from % CHUNK; start < to; start += CHUNK) {
      denominator += Lanes.sumOfExp(scores, at + start, Math.min(CHUNK, count - start), max);
    }
    return denominator;
  }

  /** Adds the sum of p[j] * values[j], j in from .. to - 1 of one chunk, to the output. */
  private static void mix(
      float[] p, int pAt, int from, int to, float[] values, int size, float[] out, int at) {
    int d = 0;
    for (; d + 4 * LANES <= size; d += 4 * LANES) {
      mixFour(p, pAt, from, to, values, d, size, out, at + d);
    }
    for (; d + LANES <= size; d += LANES) {
      FloatVector sum = FloatVector.zero(Lanes.FLOATS);
      for (int j = from; j < to; j++) {
        sum = broadcast(p[pAt + j]).fma(load(values, j * size + d), sum);
      }
      addInto(sum, out, at + d);
    }
    for (; d < size; d++) {
      float sum = 0;
      for (int j = from; j < to; j++) {
        sum = Math.fma(p[pAt + j], values[j * size + d], sum);
      }
      out[at + d] += sum;
    }
  }

  private static void mixFour(
      float[] p,
      int pAt,
      int from,
      int to,
      float[] values,
      int column,
      int size,
      float[] out,
      int at) {
    FloatVector s0 = FloatVector.zero(Lanes.FLOATS);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (int j = from; j < to; j++) {
      FloatVector weight = broadcast(p[pAt + j]);
      int v = j * size + column;
      s0 = weight.fma(load(values, v), s0);
      s1 = weight.fma(load(values, v + LANES), s1);
      s2 = weight.fma(load(values, v + 2 * LANES), s2);
      s3 = weight.fma(load(values, v + 3 * LANES), s3);
    }
    addInto(s0, out, at);
    addInto(s1, out, at + LANES);
    addInto(s2, out, at + 2 * LANES);
    addInto(s3, out, at + 3 * LANES);
  }

  private void divide(int at, float denominator) {
    for (int d = 0; d < shape.headSize(); d++) {
      out[at + d] /= denominator;
    }
  }

  private static void addInto(FloatVector sum, float[] out, int at) {
    load(out, at).add(sum).intoArray(out, at);
  }

  private static FloatVector load(float[] from, int at) {
    return FloatVector.fromArray(Lanes.FLOATS, from, at);
  }

  private static FloatVector broadcast(float value) {
    return FloatVector.broadcast(Lanes.FLOATS, value);
  }
}
