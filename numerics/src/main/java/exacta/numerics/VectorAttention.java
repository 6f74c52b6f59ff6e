package exacta.numerics;

import exacta.primitives.Check;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Attention of some tokens' queries that share a head of keys and values: widens a page of the
 * cache once for all of them, and takes four queries at a time. Lanes are positions for the scores,
 * and elements of the head for the values, so no sum is reordered.
 */
final class VectorAttention {
  private static final int CHUNK = ScalarKernels.CHUNK;
  private static final int BLOCK = KeyValuePage.BLOCK;
  private static final int PAGE = KeyValuePage.POSITIONS;
  private static final int LANES = Lanes.COUNT;

  /** Tokens that are taken together. */
  private static final int TILE = 8;

  /** Rows of queries that are taken together; where there are fewer, the last one stands again. */
  private static final int FOUR = 4;

  private static final ThreadLocal<Kept> KEPT = ThreadLocal.withInitial(Kept::new);

  static {
    Check.that(CHUNK % PAGE == 0 && PAGE % BLOCK == 0, "no chunk cuts a page, no page a block");
  }

  /** What a thread keeps for its next tile. */
  private static final class Kept {
    /** The keys or values of a page. */
    private float[] wide = {};

    /** (rows, headSize), as are the sums of a chunk. */
    private float[] queries = {};

    private float[] sums = {};

    /** (rows, positions). */
    private float[] scores = {};

    /** Of the rows: each is looked up for each page, and computing it takes a division. */
    private int[] positions = {};

    /** Where the rows' queries start, and their outputs. */
    private int[] places = {};

    private void reserve(int rows, int headSize, int positions) {
      wide = Scratch.atLeast(wide, PAGE * headSize);
      queries = Scratch.atLeast(queries, rows * headSize);
      sums = Scratch.atLeast(sums, rows * headSize);
      scores = Scratch.atLeast(scores, rows * positions);
      this.positions = Scratch.atLeast(this.positions, rows);
      places = Scratch.atLeast(places, rows);
    }
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
    int rows = tile.tokens() * shape.headsPerGroup();
    int first = shape.firstVisible(tile.position());
    first -= first % CHUNK;
    int stride = Math.ceilDiv(tile.positions(), BLOCK) * BLOCK - first;
    Kept kept = KEPT.get();
    kept.reserve(rows, shape.headSize(), stride);
    for (int row = 0; row < rows; row++) {
      kept.positions[row] = tile.position() + row / shape.headsPerGroup();
      kept.places[row] = queryAt(tile, row);
      System.arraycopy(
          queries, kept.places[row], kept.queries, row * shape.headSize(), shape.headSize());
    }
    for (int start = 0; start < stride; start += PAGE) {
      score(tile, kept, first + start, start, Math.min(PAGE, stride - start), rows, stride);
    }
    for (int row = 0; row < rows; row++) {
      Arrays.fill(out, kept.places[row], kept.places[row] + shape.headSize(), 0);
    }
    float[] denominators = new float[rows];
    for (int row = 0; row < rows; row++) {
      int from = shape.firstVisible(kept.positions[row]) - first;
      int to = kept.positions[row] + 1 - first;
      denominators[row] = exponentiate(kept.scores, row * stride, from, to, stride);
    }
    for (int start = first; start < tile.positions(); start += CHUNK) {
      mixChunk(tile, kept, start, first, rows, stride);
    }
    for (int row = 0; row < rows; row++) {
      divide(kept.places[row], denominators[row]);
    }
  }

  private int queryAt(Tile tile, int row) {
    int group = shape.headsPerGroup();
    int token = tile.row() + row / group;
    return (token * shape.heads() + tile.head() * group + row % group) * shape.headSize();
  }

  /** The scores of all rows with a page's positions, from column {@code at} on. */
  private void score(Tile tile, Kept kept, int start, int at, int count, int rows, int stride) {
    int size = shape.headSize();
    tile.cache().page(start).widenKeys(layer, tile.head(), count, kept.wide, 0);
    for (int row = 0; row < rows; row += FOUR) {
      int last = Math.min(FOUR, rows - row) - 1;
      for (int j = 0; j < count; j += 2 * LANES) {
        int next = Math.min(j + LANES, count - LANES);
        scoreFour(kept, row, last, size, shape.scale(), stride, j, next, at);
      }
    }
  }

  /**
   * The scores of four rows with two vectors of positions, the second of which may be the first.
   */
  private static void scoreFour(
      Kept kept,
      int row,
      int last,
      int size,
      float scale,
      int stride,
      int first,
      int second,
      int at) {
    float[] q = kept.queries;
    float[] keys = kept.wide;
    int q0 = row * size;
    int q1 = q0 + Math.min(1, last) * size;
    int q2 = q0 + Math.min(2, last) * size;
    int q3 = q0 + last * size;
    int a = first / BLOCK * size * BLOCK + first % BLOCK;
    int b = second / BLOCK * size * BLOCK + second % BLOCK;
    FloatVector a0 = FloatVector.zero(Lanes.FLOATS);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector b2 = a0;
    FloatVector b3 = a0;
    for (int d = 0; d < size; d++) {
      FloatVector k = Lanes.load(keys, a + d * BLOCK);
      FloatVector l = Lanes.load(keys, b + d * BLOCK);
      FloatVector v = Lanes.broadcast(q[q0 + d]);
      a0 = k.fma(v, a0);
      b0 = l.fma(v, b0);
      v = Lanes.broadcast(q[q1 + d]);
      a1 = k.fma(v, a1);
      b1 = l.fma(v, b1);
      v = Lanes.broadcast(q[q2 + d]);
      a2 = k.fma(v, a2);
      b2 = l.fma(v, b2);
      v = Lanes.broadcast(q[q3 + d]);
      a3 = k.fma(v, a3);
      b3 = l.fma(v, b3);
    }
    float[] scores = kept.scores;
    int to = row * stride + at;
    a0.mul(scale).intoArray(scores, to + first);
    b0.mul(scale).intoArray(scores, to + second);
    to = (row + Math.min(1, last)) * stride + at;
    a1.mul(scale).intoArray(scores, to + first);
    b1.mul(scale).intoArray(scores, to + second);
    to = (row + Math.min(2, last)) * stride + at;
    a2.mul(scale).intoArray(scores, to + first);
    b2.mul(scale).intoArray(scores, to + second);
    to = (row + last) * stride + at;
    a3.mul(scale).intoArray(scores, to + first);
    b3.mul(scale).intoArray(scores, to + second);
  }

  /**
   * Replaces the visible scores by exp(score - max), the others by zero, and returns the sum; not a
   * number if a visible one is not finite. All counts are from the row's first score, which starts
   * a chunk.
   */
  private static float exponentiate(float[] scores, int at, int from, int to, int count) {
    int start = from - from % LANES;
    int end = Math.ceilDiv(to, LANES) * LANES;
    Arrays.fill(scores, at + start, at + from, scores[at + from]); // so that vectors are whole
    Arrays.fill(scores, at + to, at + end, scores[at + from]);
    float greatest = greatest(scores, at + start, at + end);
    Arrays.fill(scores, at, at + from, Float.NEGATIVE_INFINITY);
    Arrays.fill(scores, at + to, at + count, Float.NEGATIVE_INFINITY);
    if (Float.isNaN(greatest)) {
      return Float.NaN;
    }
    float denominator = 0;
    for (int chunk = from - from % CHUNK; chunk < to; chunk += CHUNK) {
      denominator += Lanes.sumOfExp(scores, at + chunk, Math.min(CHUNK, count - chunk), greatest);
    }
    return denominator;
  }

  /** The greatest of some values, whole vectors; not a number if one of them is not finite. */
  private static float greatest(float[] x, int from, int to) {
    FloatVector spoilt = FloatVector.zero(Lanes.FLOATS);
    FloatVector high = Lanes.load(x, from);
    for (int i = from; i < to; i += LANES) {
      FloatVector value = Lanes.load(x, i);
      spoilt = spoilt.add(value.sub(value)); // stays 0 as long as all are finite
      high = high.blend(value, value.compare(VectorOperators.GT, high)); // cheaper than max
    }
    boolean finite = spoilt.compare(VectorOperators.EQ, 0).allTrue();
    return finite ? high.reduceLanes(VectorOperators.MAX) : Float.NaN;
  }

  /** Adds a chunk's sums of p[j] * values[j] to the outputs. */
  private void mixChunk(Tile tile, Kept kept, int start, int first, int rows, int stride) {
    int size = shape.headSize();
    Arrays.fill(kept.sums, 0, rows * size, 0);
    int end = Math.min(start + CHUNK, tile.positions());
    for (int page = start; page < end; page += PAGE) {
      int count = Math.min(PAGE, end - page);
      tile.cache().page(page).widenValues(layer, tile.head(), count, kept.wide, 0);
      for (int row = 0; row < rows; row += FOUR) {
        mix(kept, row, Math.min(FOUR, rows - row), page, count, stride, page - first);
      }
    }
    for (int row = 0; row < rows; row++) {
      add(kept.sums, row * size, kept.places[row], size);
    }
  }

  /** In vectors by hand, as is the division: the compiler makes none, or short ones. */
  private void add(float[] sums, int from, int at, int size) {
    int d = 0;
    for (; d + LANES <= size; d += LANES) {
      Lanes.load(out, at + d).add(Lanes.load(sums, from + d)).intoArray(out, at + d);
    }
    for (; d < size; d++) {
      out[at + d] += sums[from + d];
    }
  }

  /**
   * Goes on with the sums of some rows, at most four, in a page: where all of them see a position
   * together, before and after that one by one.
   */
  private void mix(Kept kept, int row, int rows, int page, int count, int stride, int at) {
    int from = 0;
    int to = count;
    for (int i = row; i < row + rows; i++) {
      from = Math.max(from, shape.firstVisible(kept.positions[i]) - page);
      to = Math.min(to, kept.positions[i] + 1 - page);
    }
    int size = shape.headSize();
    boolean together = from < to;
    for (int i = row; i < row + rows; i++) {
      int own = Math.max(0, shape.firstVisible(kept.positions[i]) - page);
      int end = Math.min(count, kept.positions[i] + 1 - page);
      mixRows(kept, i, 0, own, together ? from : end, size, stride, at);
    }
    if (together) {
      mixRows(kept, row, rows - 1, from, to, size, stride, at);
      for (int i = row; i < row + rows; i++) {
        int end = Math.min(count, kept.positions[i] + 1 - page);
        mixRows(kept, i, 0, to, end, size, stride, at);
      }
    }
  }

  private static void mixRows(
      Kept kept, int row, int last, int from, int to, int size, int stride, int at) {
    if (from >= to) {
      return;
    }
    int d = 0;
    for (; d + 2 * LANES <= size; d += 2 * LANES) {
      mixFour(kept, row, last, from, to, d, size, row * stride + at, stride);
    }
    for (; d < size; d++) {
      for (int i = row; i <= row + last; i++) {
        float sum = kept.sums[i * size + d];
        for (int j = from; j < to; j++) {
          sum = Math.fma(kept.scores[i * stride + at + j], kept.wide[j * size + d], sum);
        }
        kept.sums[i * size + d] = sum;
      }
    }
  }

  /** Two vectors of the sums of four rows. */
  private static void mixFour(
      Kept kept, int row, int last, int from, int to, int column, int size, int at, int stride) {
    float[] p = kept.scores;
    float[] values = kept.wide;
    float[] sums = kept.sums;
    int p1 = at + Math.min(1, last) * stride;
    int p2 = at + Math.min(2, last) * stride;
    int p3 = at + last * stride;
    int s0 = row * size + column;
    int s1 = s0 + Math.min(1, last) * size;
    int s2 = s0 + Math.min(2, last) * size;
    int s3 = s0 + last * size;
    FloatVector a0 = Lanes.load(sums, s0);
    FloatVector b0 = Lanes.load(sums, s0 + LANES);
    FloatVector a1 = Lanes.load(sums, s1);
    FloatVector b1 = Lanes.load(sums, s1 + LANES);
    FloatVector a2 = Lanes.load(sums, s2);
    FloatVector b2 = Lanes.load(sums, s2 + LANES);
    FloatVector a3 = Lanes.load(sums, s3);
    FloatVector b3 = Lanes.load(sums, s3 + LANES);
    for (int j = from; j < to; j++) {
      FloatVector a = Lanes.load(values, j * size + column);
      FloatVector b = Lanes.load(values, j * size + column + LANES);
      FloatVector weight = Lanes.broadcast(p[at + j]);
      a0 = weight.fma(a, a0);
      b0 = weight.fma(b, b0);
      weight = Lanes.broadcast(p[p1 + j]);
      a1 = weight.fma(a, a1);
      b1 = weight.fma(b, b1);
      weight = Lanes.broadcast(p[p2 + j]);
      a2 = weight.fma(a, a2);
      b2 = weight.fma(b, b2);
      weight = Lanes.broadcast(p[p3 + j]);
      a3 = weight.fma(a, a3);
      b3 = weight.fma(b, b3);
    }
    a0.intoArray(sums, s0);
    b0.intoArray(sums, s0 + LANES);
    a1.intoArray(sums, s1);
    b1.intoArray(sums, s1 + LANES);
    a2.intoArray(sums, s2);
    b2.intoArray(sums, s2 + LANES);
    a3.intoArray(sums, s3);
    b3.intoArray(sums, s3 + LANES);
  }

  private void divide(int at, float denominator) {
    int d = 0;
    for (; d + LANES <= shape.headSize(); d += LANES) {
      Lanes.load(out, at + d).div(denominator).intoArray(out, at + d);
    }
    for (; d < shape.headSize(); d++) {
      out[at + d] /= denominator;
    }
  }
}
