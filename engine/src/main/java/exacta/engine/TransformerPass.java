package exacta.engine;

import exacta.numerics.Kernels;
import exacta.numerics.KeyValueCache;
import exacta.numerics.Segment;
import exacta.primitives.Check;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Takes batches of positions through a model, each batch some segments of some sequences. Keys and
 * values belong to the sequences; the pass owns the states of the batch that it computed last. Used
 * by one thread at a time. Spec: generation.md#forward.
 */
final class TransformerPass {
  /** Rows of a batch at most. */
  static final int ROWS_MAX = 256;

  /** Positions whose keys and values one thread stores: fewer are not worth another. */
  private static final int STORED_TOGETHER = 32;

  /**
   * Consecutive positions of one sequence. All before them must have been computed; what was
   * computed after them is forgotten.
   *
   * @param cache with room for them
   * @param first the first position
   * @param from where their tokens start
   * @param read how many of the last of them are read out afterwards
   */
  record Part(KeyValueCache cache, int first, int[] tokens, int from, int count, int read) {
    Part {
      Check.that(count > 0 && 0 <= read && read <= count, "a part has positions to compute");
    }

    /** How many come before the first that is read. */
    int unread() {
      return count - read;
    }
  }

  private final TransformerWeights weights;
  private final TransformerShape shape;
  private final Kernels kernels;
  private final ExpertPass experts;
  private PassRows rows;

  /** Rows of states that are there to be read. */
  private int readable;

  private Readout readout;

  TransformerPass(TransformerWeights weights, Kernels kernels) {
    this.weights = weights;
    this.kernels = kernels;
    shape = weights.shape();
    experts = new ExpertPass(kernels, shape);
    rows = PassRows.of(shape, 1);
    readout = Readout.of(shape, 0);
  }

  /**
   * Computes the parts, each as if it were alone. The rows of the positions that are read follow
   * one another; of the others the last layer gives keys and values only.
   *
   * @param parts of different sequences, with at most ROWS_MAX positions together
   * @return for each part how many of its positions come before the first that fails: whose keys or
   *     values are not finite
   */
  int[] forward(List<Part> parts) {
    List<Segment> all = segments(parts);
    int count = parts.stream().mapToInt(Part::count).sum();
    reserve(count);
    embed(parts, count);
    int[] finite = parts.stream().mapToInt(Part::count).toArray();
    int last = shape.layers() - 1;
    for (int layer = 0; layer < last; layer++) {
      AttentionBlock w = weights.layers().get(layer).attention();
      normalizeStates(w.norm(), count);
      Projection.apply(
          kernels,
          List.of(w.query(), w.key(), w.value()),
          rows.normed(),
          count,
          List.of(rows.queries(), rows.keys(), rows.values()));
      store(layer, all, count, finite);
      attend(layer, all, count);
      feedForward(layer, count);
    }
    AttentionBlock w = weights.layers().get(last).attention();
    normalizeStates(w.norm(), count);
    Projection.apply(
        kernels,
        List.of(w.key(), w.value()),
        rows.normed(),
        count,
        List.of(rows.keys(), rows.values()));
    store(last, all, count, finite);
    List<Segment> read = keepRead(parts);
    readable = parts.stream().mapToInt(Part::read).sum();
    if (readable > 0) {
      w.query().apply(kernels, rows.normed(), readable, rows.queries());
      attend(last, read, readable);
      feedForward(last, readable);
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
      rows = PassRows.of(shape, Math.min(ROWS_MAX, Math.max(count, 2 * rows.capacity())));
    }
  }

  private void embed(List<Part> parts, int count) {
    int at = 0;
    for (Part part : parts) {
      for (int t = 0; t < part.count(); t++) {
        kernels.decodeRow(weights.embedding(), part.tokens()[part.from() + t], rows.states(), at);
        at += shape.width();
      }
    }
    if (shape.embeddingScale() != 1) {
      kernels.scale(rows.states(), count * shape.width(), shape.embeddingScale());
    }
  }

  private void normalizeStates(float[] gain, int count) {
    kernels.rmsNorm(rows.states(), count, gain, shape.epsilon(), rows.normed());
  }

  /** Takes new keys and values in; lowers the counts of finite positions where they are not. */
  private void store(int layer, List<Segment> segments, int count, int[] finite) {
    AttentionBlock w = weights.layers().get(layer).attention();
    int heads = w.shape().keyValueHeads();
    w.headNorms().ifPresent(norms -> normalize(rows.keys(), count * heads, norms.key()));
    kernels.rope(w.rope(), rows.keys(), heads, segments);
    for (int i = 0; i < finite.length; i++) {
      finite[i] = Math.min(finite[i], store(layer, segments.get(i)));
    }
  }

  /** Returns how many positions come before the first whose keys or values are not finite. */
  private int store(int layer, Segment segment) {
    int count = segment.count();
    if (count <= STORED_TOGETHER) {
      return store(layer, segment, 0, count);
    }
    int[] finite = new int[Math.ceilDiv(count, STORED_TOGETHER)];
    kernels.forEach(
        finite.length,
        i -> {
          int from = i * STORED_TOGETHER;
          finite[i] = store(layer, segment, from, Math.min(count, from + STORED_TOGETHER));
        });
    return Arrays.stream(finite).min().orElseThrow();
  }

  /**
   * The first of some positions whose keys or values are not finite; the segment's count if none.
   */
  private int store(int layer, Segment segment, int from, int to) {
    int width = shape.keyValueWidth();
    int finite = segment.count();
    for (int i = to - 1; i >= from; i--) {
      int at = (segment.row() + i) * width;
      int position = segment.first() + i;
      if (!segment.cache().store(layer, position, rows.keys(), at, rows.values(), at)) {
        finite = i;
      }
    }
    return finite;
  }

  /** Moves the rows of states that are read to the front, with those of their norms. */
  private List<Segment> keepRead(List<Part> parts) {
    List<Segment> kept = new ArrayList<>();
    int width = shape.width();
    int from = 0;
    int to = 0;
    for (Part part : parts) {
      int count = part.read();
      from += part.unread();
      if (count > 0 && from > to) {
        System.arraycopy(rows.states(), from * width, rows.states(), to * width, count * width);
        System.arraycopy(rows.normed(), from * width, rows.normed(), to * width, count * width);
      }
      if (count > 0) {
        kept.add(new Segment(part.cache(), to, part.first() + part.unread(), count));
      }
      from += count;
      to += count;
    }
    return kept;
  }

  /** What attention over the keys and values that are stored adds to the states. */
  private void attend(int layer, List<Segment> segments, int count) {
    AttentionBlock w = weights.layers().get(layer).attention();
    int heads = w.shape().heads();
    w.headNorms().ifPresent(norms -> normalize(rows.queries(), count * heads, norms.query()));
    kernels.rope(w.rope(), rows.queries(), heads, segments);
    kernels.attention(w.shape(), layer, rows.queries(), segments, rows.attended());
    w.output().apply(kernels, rows.attended(), count, rows.update());
    addUpdate(count, w.postNorm());
  }

  private void normalize(float[] x, int count, float[] gain) {
    kernels.rmsNorm(x, count, gain, shape.epsilon(), x);
  }

  private void addUpdate(int count, Optional<float[]> postNorm) {
    postNorm.ifPresent(gain -> normalize(rows.update(), count, gain));
    kernels.add(rows.states(), rows.update(), count * shape.width());
  }

  private void feedForward(int layer, int count) {
    FeedForward w = weights.layers().get(layer).feedForward();
    normalizeStates(w.norm(), count);
    switch (w) {
      case FeedForward.Dense dense -> {
        Projection.apply(
            kernels,
            List.of(dense.gate(), dense.up()),
            rows.normed(),
            count,
            List.of(rows.gate(), rows.up()));
        Architecture.Activation activation = shape.architecture().activation();
        activation.gate(kernels, rows.gate(), rows.up(), count * shape.feedForward());
        dense.down().apply(kernels, rows.gate(), count, rows.update());
      }
      case FeedForward.Experts choice -> experts.apply(choice, rows.normed(), count, rows.update());
    }
    addUpdate(count, w.postNorm());
  }

  /**
   * Reads out some of the positions that were computed to be read.
   *
   * @param row the first of them, among those
   */
  Readout read(int row, int count) {
    int[] wanted = new int[count];
    Arrays.setAll(wanted, i -> row + i);
    return read(wanted);
  }

  /**
   * Reads out some of the positions that were computed to be read.
   *
   * @param wanted their rows among those
   * @return holds until the next reading
   */
  Readout read(int[] wanted) {
    int width = shape.width();
    if (readout.capacity() < wanted.length) {
      readout = Readout.of(shape, wanted.length);
    }
    float[] states = readout.states();
    for (int i = 0; i < wanted.length; i++) {
      Check.that(wanted[i] < readable, "only positions that were computed to be read have states");
      System.arraycopy(rows.states(), wanted[i] * width, states, i * width, width);
    }
    kernels.rmsNorm(states, wanted.length, weights.outputNorm(), shape.epsilon(), states);
    kernels.multiply(
        weights.output(), states, wanted.length, readout.logits(), readout.logitsAt(0));
    return readout;
  }

  /**
   * States after the final norm, with the logits that follow from them. There may be room for more
   * rows than were read.
   *
   * @param states (rows, width)
   * @param logits (rows, vocabulary) from an index on
   * @param start that index
   */
  record Readout(TransformerShape shape, float[] states, float[] logits, int start) {
    /**
     * Where logits begin so that each position's fill whole lines of a cache and can be written
     * past it: in G1, a large array begins with a page, whose first 16 bytes are not elements.
     * Elsewhere they are only written more slowly.
     */
    private static final int LINE_START = 12;

    static Readout of(TransformerShape shape, int rows) {
      return new Readout(
          shape,
          new float[rows * shape.width()],
          new float[LINE_START + rows * shape.vocabulary()],
          LINE_START);
    }

    int capacity() {
      return states.length / shape.width();
    }

    int width() {
      return shape.width();
    }

    /** A copy of a row's state. */
    float[] state(int row) {
      return Arrays.copyOfRange(states, stateAt(row), stateAt(row + 1));
    }

    /** A copy of a row's logits. */
    float[] logits(int row) {
      return Arrays.copyOfRange(logits, logitsAt(row), logitsAt(row + 1));
    }

    /** Where a row's logits begin. */
    int logitsAt(int row) {
      return start + row * shape.vocabulary();
    }

    /** Where a row's state begins. */
    int stateAt(int row) {
      return row * shape.width();
    }
  }
}
