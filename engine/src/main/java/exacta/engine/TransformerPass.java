package exacta.engine;

import exacta.numerics.Elementary;
import exacta.numerics.Kernels;
import exacta.numerics.KeyValueCache;
import exacta.numerics.Segment;
import exacta.primitives.Check;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Takes batches of positions through a model, each batch some segments of some sequences. Keys and
 * values belong to the sequences; the pass owns the states of the batch that it computed last. Used
 * by one thread at a time. Spec: generation.md#forward.
 */
final class TransformerPass {
  /** Rows of a batch at most. */
  static final int ROWS_MAX = 256;

  /**
   * Consecutive positions of one sequence. All before them must have been computed; what was
   * computed after them is forgotten.
   *
   * @param cache with room for them
   * @param first the first position
   * @param from where their tokens start
   */
  record Part(KeyValueCache cache, int first, int[] tokens, int from, int count) {}

  private final TransformerWeights weights;
  private final TransformerShape shape;
  private final Kernels kernels;
  private Rows rows;

  /**
   * The activations of a batch.
   *
   * @param states (rows, width), as are normed and update
   * @param queries (rows, queryWidth), as is attended
   * @param keys (rows, keyValueWidth), as is values
   * @param gate (rows, feedForward), as is up
   */
  private record Rows(
      int capacity,
      float[] states,
      float[] normed,
      float[] update,
      float[] queries,
      float[] attended,
      float[] keys,
      float[] values,
      float[] gate,
      float[] up) {
    static Rows of(TransformerShape shape, int capacity) {
      int width = capacity * shape.width();
      int queryWidth = capacity * shape.queryWidth();
      int keyValueWidth = capacity * shape.keyValueWidth();
      int feedForward = capacity * shape.feedForward();
      return new Rows(
          capacity,
          new float[width],
          new float[width],
          new float[width],
          new float[queryWidth],
          new float[queryWidth],
          new float[keyValueWidth],
          new float[keyValueWidth],
          new float[feedForward],
          new float[feedForward]);
    }
  }

  TransformerPass(TransformerWeights weights, Kernels kernels) {
    this.weights = weights;
    this.kernels = kernels;
    shape = weights.shape();
    rows = Rows.of(shape, 1);
  }

  /**
   * Computes the parts, each as if it were alone; their rows follow one another.
   *
   * @param parts of different sequences, with at most ROWS_MAX positions together
   * @return for each part how many of its positions come before the first that met a number which
   *     is not finite
   */
  int[] forward(List<Part> parts) {
    List<Segment> segments = segments(parts);
    int count = segments.getLast().row() + segments.getLast().count();
    reserve(count);
    embed(parts, segments);
    int[] finite = segments.stream().mapToInt(Segment::count).toArray();
    for (int layer = 0; layer < shape.layers(); layer++) {
      attend(layer, segments, count, finite);
      feedForward(weights.layers().get(layer), count);
    }
    for (int i = 0; i < finite.length; i++) {
      finite[i] = finiteStates(segments.get(i), finite[i]);
    }
    return finite;
  }

  private static List<Segment> segments(List<Part> parts) {
    List<Segment> segments = new ArrayList<>();
    int row = 0;
    for (Part part : parts) {
      segments.add(new Segment(part.cache(), row, part.first(), part.count()));
      row += part.count();
    }
    return segments;
  }

  private void reserve(int count) {
    Check.that(count <= ROWS_MAX, "a batch has an end");
    if (count > rows.capacity()) {
      rows = Rows.of(shape, Math.min(ROWS_MAX, Math.max(count, 2 * rows.capacity())));
    }
  }

  private void embed(List<Part> parts, List<Segment> segments) {
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      for (int t = 0; t < part.count(); t++) {
        int at = (segments.get(i).row() + t) * shape.width();
        kernels.decodeRow(weights.embedding(), part.tokens()[part.from() + t], rows.states(), at);
      }
    }
  }

  /** Lowers the counts of finite positions where keys and values are not finite. */
  private void attend(int layer, List<Segment> segments, int count, int[] finite) {
    TransformerLayer w = weights.layers().get(layer);
    kernels.rmsNorm(rows.states(), count, w.attentionNorm(), shape.epsilon(), rows.normed());
    kernels.multiply(w.query(), rows.normed(), count, rows.queries());
    kernels.multiply(w.key(), rows.normed(), count, rows.keys());
    kernels.multiply(w.value(), rows.normed(), count, rows.values());
    kernels.rope(weights.rope(), rows.queries(), shape.attention().heads(), segments);
    kernels.rope(weights.rope(), rows.keys(), shape.attention().keyValueHeads(), segments);
    for (int i = 0; i < finite.length; i++) {
      finite[i] = Math.min(finite[i], store(layer, segments.get(i)));
    }
    kernels.attention(shape.attention(), layer, rows.queries(), segments, rows.attended());
    kernels.multiply(w.output(), rows.attended(), count, rows.update());
    kernels.add(rows.states(), rows.update(), count * shape.width());
  }

  /** Returns how many positions come before the first whose keys or values are not finite. */
  private int store(int layer, Segment segment) {
    int width = shape.keyValueWidth();
    int finite = segment.count();
    for (int i = segment.count() - 1; i >= 0; i--) {
      int at = (segment.row() + i) * width;
      int position = segment.first() + i;
      if (!segment.cache().store(layer, position, rows.keys(), at, rows.values(), at)) {
        finite = i;
      }
    }
    return finite;
  }

  private void feedForward(TransformerLayer w, int count) {
    kernels.rmsNorm(rows.states(), count, w.feedForwardNorm(), shape.epsilon(), rows.normed());
    kernels.multiply(w.gate(), rows.normed(), count, rows.gate());
    kernels.multiply(w.up(), rows.normed(), count, rows.up());
    kernels.swiGlu(rows.gate(), rows.up(), count * shape.feedForward(), rows.gate());
    kernels.multiply(w.down(), rows.gate(), count, rows.update());
    kernels.add(rows.states(), rows.update(), count * shape.width());
  }

  private int finiteStates(Segment segment, int count) {
    for (int i = 0; i < count; i++) {
      int at = (segment.row() + i) * shape.width();
      if (!Elementary.allFinite(rows.states(), at, shape.width())) {
        return i;
      }
    }
    return count;
  }

  /**
   * Reads out some of the positions that were computed last.
   *
   * @param row the first of them, in the batch
   */
  Readout read(int row, int count) {
    int[] wanted = new int[count];
    Arrays.setAll(wanted, i -> row + i);
    return read(wanted);
  }

  /**
   * Reads out some of the positions that were computed last.
   *
   * @param wanted their rows in the batch
   */
  Readout read(int[] wanted) {
    int width = shape.width();
    float[] states = new float[wanted.length * width];
    for (int i = 0; i < wanted.length; i++) {
      System.arraycopy(rows.states(), wanted[i] * width, states, i * width, width);
    }
    float[] logits = new float[wanted.length * shape.vocabulary()];
    kernels.rmsNorm(states, wanted.length, weights.outputNorm(), shape.epsilon(), states);
    kernels.multiply(weights.output(), states, wanted.length, logits);
    return new Readout(states, logits, shape);
  }

  /**
   * States after the final norm, with the logits that follow from them.
   *
   * @param states (count, width)
   * @param logits (count, vocabulary)
   */
  record Readout(float[] states, float[] logits, TransformerShape shape) {
    float[] state(int row) {
      return row(states, row, shape.width());
    }

    float[] logits(int row) {
      return row(logits, row, shape.vocabulary());
    }

    private static float[] row(float[] rows, int row, int width) {
      if (rows.length == width) {
        return rows;
      }
      float[] copy = new float[width];
      System.arraycopy(rows, row * width, copy, 0, width);
      return copy;
    }
  }
}
