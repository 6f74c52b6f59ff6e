package exacta.numerics;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Attention of some tokens' queries that share a head of keys and values: widens a chunk of the
 * cache once for all of them. Lanes are positions for the scores, and elements of the head for the
 * values, so no sum is reordered.
 */
final class VectorAttention {
  private static final int CHUNK = ScalarKernels.CHUNK;
  private static final int LANES = Lanes.COUNT;

  private final AttentionShape shape;
  private final KeyValueCache cache;
  private final float[] queries;
  private final float[] out;
  private final int firstPosition;

  VectorAttention(
      AttentionShape shape, float[] queries, int firstPosition, KeyValueCache cache, float[] out) {
    this.shape = shape;
    this.queries = queries;
    this.firstPosition = firstPosition;
    this.cache = cache;
    this.out = out;
  }

  /** Tokens from to to - 1, with all query heads of the key head. */
  void attend(int head, int from, int to) {
    int group = shape.headsPerGroup();
    int rows = (to - from) * group;
    int positions = roundUp(firstPosition + to);
    float[] wide = new float[Math.min(positions, CHUNK) * shape.headSize()];
    float[] scores = new float[rows * positions];
    for (int start = 0; start < positions; start += CHUNK) {
      int count = Math.min(CHUNK, positions - start);
      cache.widenKeys(head, start, count / KeyValueCache.BLOCK, wide);
      for (int row = 0; row < rows; row++) {
        int at = queryAt(head, from, row);
        score(queries, at, wide, count, shape, scores, row * positions + start);
      }
    }
    float[] denominators = new float[rows];
    for (int row = 0; row < rows; row++) {
      int visible = firstPosition + from + row / group + 1;
      denominators[row] = exponentiate(scores, row * positions, visible, positions);
      int at = queryAt(head, from, row);
      Arrays.fill(out, at, at + shape.headSize(), 0);
    }
    for (int start = 0; start < positions; start += CHUNK) {
      int count = Math.min(CHUNK, Math.min(positions, firstPosition + to) - start);
      cache.widenValues(head, start, count, wide);
      for (int row = 0; row < rows; row++) {
        int visible = Math.min(count, firstPosition + from + row / group + 1 - start);
        if (visible > 0) {
          int at = queryAt(head, from, row);
          mix(scores, row * positions + start, visible, wide, shape.headSize(), out, at);
        }
      }
    }
    for (int row = 0; row < rows; row++) {
      divide(queryAt(head, from, row), denominators[row]);
    }
  }

  private static int roundUp(int positions) {
    return Math.ceilDiv(positions, KeyValueCache.BLOCK) * KeyValueCache.BLOCK;
  }

  /** Where the query of a row starts, and its output. */
  private int queryAt(int head, int from, int row) {
    int group = shape.headsPerGroup();
    int token = from + row / group;
    return (token * shape.heads() + head * group + row % group) * shape.headSize();
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
    for (; j + 4 * KeyValueCache.BLOCK <= count; j += 4 * KeyValueCache.BLOCK) {
      for (int part = 0; part < KeyValueCache.BLOCK; part += LANES) {
        scoreFour(
            query, at, keys, j * size + part, size, shape.scale(), scores, scoreAt + j + part);
      }
    }
    for (; j < count; j += KeyValueCache.BLOCK) {
      for (int part = 0; part < KeyValueCache.BLOCK; part += LANES) {
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
      dot = load(keys, keyAt + d * KeyValueCache.BLOCK).fma(broadcast(query[at + d]), dot);
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
    int stride = size * KeyValueCache.BLOCK;
    for (int d = 0; d < size; d++) {
      FloatVector q = broadcast(query[at + d]);
      int k = keyAt + d * KeyValueCache.BLOCK;
      s0 = load(keys, k).fma(q, s0);
      s1 = load(keys, k + stride).fma(q, s1);
      s2 = load(keys, k + 2 * stride).fma(q, s2);
      s3 = load(keys, k + 3 * stride).fma(q, s3);
    }
    s0.mul(scale).intoArray(scores, scoreAt);
    s1.mul(scale).intoArray(scores, scoreAt + KeyValueCache.BLOCK);
    s2.mul(scale).intoArray(scores, scoreAt + 2 * KeyValueCache.BLOCK);
    s3.mul(scale).intoArray(scores, scoreAt + 3 * KeyValueCache.BLOCK);
  }

  /**
   * Replaces scores by exp(score - max), those past the visible ones by zero, and returns their
   * sum; not a number if a score is not finite.
   */
  private static float exponentiate(float[] scores, int at, int visible, int positions) {
    if (!Elementary.allFinite(scores, at, visible)) {
      return Float.NaN;
    }
    float max = Float.NEGATIVE_INFINITY;
    for (int j = 0; j < visible; j++) {
      max = Math.max(max, scores[at + j]);
    }
    Arrays.fill(scores, at + visible, at + positions, Float.NEGATIVE_INFINITY);
    float denominator = 0;
    for (int start = 0; start < visible; start += CHUNK) {
      denominator += Lanes.sumOfExp(scores, at + start, Math.min(CHUNK, positions - start), max);
    }
    return denominator;
  }

  /** Adds the sum of p[j] * values[j] over one chunk to the output. */
  private static void mix(
      float[] p, int pAt, int visible, float[] values, int size, float[] out, int at) {
    int d = 0;
    for (; d + 4 * LANES <= size; d += 4 * LANES) {
      mixFour(p, pAt, visible, values, d, size, out, at + d);
    }
    for (; d + LANES <= size; d += LANES) {
      FloatVector sum = FloatVector.zero(Lanes.FLOATS);
      for (int j = 0; j < visible; j++) {
        sum = broadcast(p[pAt + j]).fma(load(values, j * size + d), sum);
      }
      addInto(sum, out, at + d);
    }
    for (; d < size; d++) {
      float sum = 0;
      for (int j = 0; j < visible; j++) {
        sum = Math.fma(p[pAt + j], values[j * size + d], sum);
      }
      out[at + d] += sum;
    }
  }

  private static void mixFour(
      float[] p, int pAt, int visible, float[] values, int from, int size, float[] out, int at) {
    FloatVector s0 = FloatVector.zero(Lanes.FLOATS);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (int j = 0; j < visible; j++) {
      FloatVector weight = broadcast(p[pAt + j]);
      int v = j * size + from;
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
