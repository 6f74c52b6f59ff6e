package exacta.numerics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Attention and rope give the same bits for every batch, cut, layout of pages and kernel. */
class AttentionTest {
  private static final int LAYERS = 3;

  private final Random random = new Random(20261127);
  private final Workers one = new Workers(1);
  private final Workers two = new Workers(2);
  private final Kernels scalar = Kernels.scalar();
  private final Kernels[] fast = {Kernels.vector(one), Kernels.vector(two)};

  @AfterEach
  void endWorkers() {
    one.close();
    two.close();
  }

  /** Lengths and windows around blocks, pages and chunks. */
  @Test
  void equalsTheScalarKernelsForAnyShapeLengthAndWindow() {
    int[][] shapes = {{4, 4, 16}, {6, 2, 64}, {3, 1, 24}, {2, 1, 7}, {9, 3, 64}};
    int[] lengths = {13, 15, 16, 17, 63, 64, 65, 255, 256, 257, 530, 800};
    for (int length : lengths) {
      int[] s = shapes[random.nextInt(shapes.length)];
      for (int window : new int[] {0, 1, 2, 17, 64, 255, 256, 257, 300, length, length + 1}) {
        AttentionShape shape = windowed(s[0], s[1], s[2], window);
        Sequence sequence = new Sequence(shape, length);
        int tokens = Math.min(length, 1 + random.nextInt(13));
        List<Segment> segments = List.of(sequence.segment(0, length - tokens, tokens));
        compare(shape, segments, tokens, "length " + length + ", window " + window);
      }
    }
  }

  @Test
  void computesEachSequenceOfABatchAsIfItWereAlone() {
    for (int trial = 0; trial < 20; trial++) {
      AttentionShape shape = windowed(6, 2, 32, trial % 2 == 0 ? 0 : 1 + random.nextInt(300));
      List<Segment> segments = new ArrayList<>();
      int rows = 0;
      for (int i = 0; i < 1 + random.nextInt(6); i++) {
        int length = 1 + random.nextInt(400);
        int count = 1 + random.nextInt(Math.min(length, 20));
        segments.add(new Sequence(shape, length).segment(rows, length - count, count));
        rows += count;
      }
      compare(shape, segments, rows, "trial " + trial);
    }
  }

  /** The batch on all fast kernels, and row by row, against the scalar ones. */
  private void compare(AttentionShape shape, List<Segment> segments, int rows, String what) {
    int width = shape.heads() * shape.headSize();
    int layer = random.nextInt(LAYERS);
    float[] queries = gaussian(rows * width);
    float[] expected = new float[queries.length];
    scalar.attention(shape, layer, queries, segments, expected);
    for (Kernels kernels : fast) {
      float[] together = new float[queries.length];
      kernels.attention(shape, layer, queries, segments, together);
      assertSameBits(expected, together, what);
      float[] single = new float[queries.length];
      List<Segment> cut = new ArrayList<>();
      for (Segment segment : segments) {
        for (int i = 0; i < segment.count(); i++) {
          cut.add(new Segment(segment.cache(), segment.row() + i, segment.first() + i, 1));
        }
      }
      Collections.shuffle(cut, random);
      int middle = cut.size() / 2;
      if (middle > 0) {
        kernels.attention(shape, layer, queries, cut.subList(0, middle), single);
      }
      kernels.attention(shape, layer, queries, cut.subList(middle, cut.size()), single);
      assertSameBits(expected, single, what + ", cut");
    }
  }

  /** A window that covers everything is none; one of a single position gives its value. */
  @Test
  void aWindowLimitsWhatAQuerySees() {
    AttentionShape open = AttentionShape.of(2, 1, 16);
    Sequence sequence = new Sequence(open, 300);
    List<Segment> last = List.of(sequence.segment(0, 299, 1));
    float[] queries = gaussian(32);
    for (Kernels kernels : List.of(scalar, fast[0])) {
      float[] all = new float[32];
      kernels.attention(open, 0, queries, last, all);
      float[] wide = new float[32];
      kernels.attention(windowed(2, 1, 16, 300), 0, queries, last, wide);
      assertSameBits(all, wide, "window of the whole length");
      float[] own = new float[32];
      kernels.attention(windowed(2, 1, 16, 1), 0, queries, last, own);
      for (int i = 0; i < 32; i++) {
        assertEquals(sequence.cache.value(0, 0, 299, i % 16), own[i]);
      }
    }
  }

  @Test
  void aScoreThatIsNotFiniteIsSeenOnlyInsideTheWindow() {
    AttentionShape shape = windowed(1, 1, 16, 4);
    Sequence sequence = new Sequence(shape, 20);
    float[] huge = new float[16];
    Arrays.fill(huge, 60_000);
    sequence.cache.store(0, 10, huge, 0, huge, 0);
    float[] queries = new float[16];
    Arrays.fill(queries, 0x1p120f);
    for (Kernels kernels : List.of(scalar, fast[0])) {
      float[] out = new float[16];
      kernels.attention(shape, 0, queries, List.of(sequence.segment(0, 13, 1)), out);
      assertTrue(Float.isNaN(out[3]), "seen");
      kernels.attention(shape, 0, queries, List.of(sequence.segment(0, 14, 1)), out);
      assertTrue(Float.isFinite(out[3]), "out of sight");
    }
  }

  /** Of rows that are computed together, each sees its own positions only. */
  @Test
  void aValueThatIsNotFiniteIsSeenOnlyByRowsOfItsPosition() {
    for (int window : new int[] {0, 3}) {
      AttentionShape shape = windowed(3, 1, 64, window);
      Sequence sequence = new Sequence(shape, 20);
      float[] infinite = gaussian(64);
      infinite[5] = 70_000;
      sequence.cache.store(0, 10, gaussian(64), 0, infinite, 0);
      float[] queries = gaussian(8 * 3 * 64);
      float[] expected = new float[queries.length];
      List<Segment> segments = List.of(sequence.segment(0, 7, 8));
      scalar.attention(shape, 0, queries, segments, expected);
      assertTrue(Float.isFinite(expected[2 * 192 + 5]) && !Float.isFinite(expected[3 * 192 + 5]));
      for (Kernels kernels : fast) {
        float[] out = new float[queries.length];
        kernels.attention(shape, 0, queries, segments, out);
        assertSameBits(expected, out, "window " + window);
      }
    }
  }

  @Test
  void readsSharedPagesAndKeepsThem() {
    AttentionShape shape = AttentionShape.of(2, 2, 16);
    Sequence first = new Sequence(shape, 200);
    KeyValueCache second = new KeyValueCache(first.cache.shape());
    first.cache.pages().subList(0, 3).forEach(second::share);
    second.append(new KeyValuePage(second.shape()));
    for (int position = 192; position < 200; position++) {
      first.copy(position, second);
    }
    float[] queries = gaussian(2 * 32);
    float[] alone = new float[queries.length];
    float[] shared = new float[queries.length];
    fast[0].attention(shape, 1, queries, List.of(new Segment(first.cache, 0, 198, 2)), alone);
    fast[0].attention(shape, 1, queries, List.of(new Segment(second, 0, 198, 2)), shared);
    assertSameBits(alone, shared, "shared pages");
    assertThrows(AssertionError.class, () -> first.copy(191, second));
    assertThrows(AssertionError.class, () -> second.share(new KeyValuePage(second.shape())));
  }

  @Test
  void rotatesEachRowByItsOwnPosition() {
    for (RopeTable.Pairing pairing : RopeTable.Pairing.values()) {
      RopeTable table = new RopeTable(RopeFrequencies.of(10_000, 16), 100, pairing);
      KeyValueCache none = new KeyValueCache(new KeyValueShape(1, 1, 16));
      List<Segment> segments =
          List.of(
              new Segment(none, 0, 90, 10),
              new Segment(none, 10, 0, 1),
              new Segment(none, 11, 7, 3));
      float[] x = gaussian(14 * 32);
      float[] expected = x.clone();
      scalar.rope(table, expected, 2, segments);
      float[] single = x.clone();
      for (Segment segment : segments) {
        for (int i = 0; i < segment.count(); i++) {
          Segment row = new Segment(none, segment.row() + i, segment.first() + i, 1);
          scalar.rope(table, single, 2, List.of(row));
        }
      }
      assertArrayEquals(expected, single);
      float[] vector = x.clone();
      fast[1].rope(table, vector, 2, segments);
      assertSameBits(expected, vector, "rope");
    }
  }

  private static AttentionShape windowed(int heads, int keyValueHeads, int size, int window) {
    float scale = AttentionShape.of(heads, keyValueHeads, size).scale();
    return new AttentionShape(heads, keyValueHeads, size, scale, window);
  }

  /** A sequence with random keys and values, and what was stored. */
  private final class Sequence {
    final KeyValueCache cache;
    private final float[][][] keys;
    private final float[][][] values;

    Sequence(AttentionShape shape, int length) {
      int width = shape.keyValueHeads() * shape.headSize();
      KeyValueShape kept = new KeyValueShape(LAYERS, shape.keyValueHeads(), shape.headSize());
      cache = KeyValueCache.of(kept, length);
      keys = new float[LAYERS][length][];
      values = new float[LAYERS][length][];
      for (int layer = 0; layer < LAYERS; layer++) {
        for (int position = 0; position < length; position++) {
          keys[layer][position] = gaussian(width);
          values[layer][position] = gaussian(width);
        }
      }
      for (int position = 0; position < length; position++) {
        copy(position, cache);
      }
    }

    void copy(int position, KeyValueCache to) {
      for (int layer = 0; layer < LAYERS; layer++) {
        assertTrue(to.store(layer, position, keys[layer][position], 0, values[layer][position], 0));
      }
    }

    Segment segment(int row, int first, int count) {
      return new Segment(cache, row, first, count);
    }
  }

  private float[] gaussian(int count) {
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  private static void assertSameBits(float[] expected, float[] actual, String what) {
    for (int i = 0; i < expected.length; i++) {
      if (Float.floatToRawIntBits(expected[i]) != Float.floatToRawIntBits(actual[i])) {
        throw new AssertionError(
            what + ": value " + i + " is " + actual[i] + ", not " + expected[i]);
      }
    }
  }
}
