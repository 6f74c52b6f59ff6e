package exacta.engine;

import exacta.numerics.Elementary;
import exacta.numerics.Kernels;
import exacta.numerics.KeyValueCache;
import exacta.primitives.Check;
import java.util.ArrayList;
import java.util.List;

/**
 * One sequence on its way through a model: the keys and values of the positions so far, and the
 * states of the positions that were computed last. Used by one thread at a time. Spec:
 * generation.md#forward.
 */
final class LlamaPass {
  /** Positions that are computed together at most. */
  static final int CHUNK = 64;

  /** Positions that a new cache has room for; it doubles when it is full. */
  private static final int CAPACITY_START = 256;

  private final LlamaWeights weights;
  private final LlamaShape shape;
  private final Kernels kernels;
  private final int positionsMax;

  /** One for each layer. */
  private final List<KeyValueCache> caches = new ArrayList<>();

  /** (CHUNK, width), as are normed and update. */
  private final float[] states;

  private final float[] normed;
  private final float[] update;

  /** (CHUNK, queryWidth). */
  private final float[] queries;

  private final float[] attended;

  /** (CHUNK, keyValueWidth). */
  private final float[] keys;

  private final float[] values;

  /** (CHUNK, feedForward). */
  private final float[] gate;

  private final float[] up;

  /**
   * @param positionsMax positions that will be computed at most
   */
  LlamaPass(LlamaWeights weights, Kernels kernels, int positionsMax) {
    this.weights = weights;
    this.kernels = kernels;
    this.positionsMax = positionsMax;
    shape = weights.shape();
    int heads = shape.attention().keyValueHeads();
    int capacity = Math.min(CAPACITY_START, positionsMax);
    for (int layer = 0; layer < shape.layers(); layer++) {
      caches.add(new KeyValueCache(heads, shape.attention().headSize(), capacity));
    }
    int tokens = Math.min(CHUNK, positionsMax);
    states = new float[tokens * shape.width()];
    normed = new float[states.length];
    update = new float[states.length];
    queries = new float[tokens * shape.queryWidth()];
    attended = new float[queries.length];
    keys = new float[tokens * shape.keyValueWidth()];
    values = new float[keys.length];
    gate = new float[tokens * shape.feedForward()];
    up = new float[gate.length];
  }

  /**
   * Computes positions {@code first} to {@code first + count - 1}, which hold {@code tokens[from ..
   * from + count - 1]}. All positions before must have been computed; those after are forgotten.
   *
   * @param count at most CHUNK
   * @return how many of the positions, before the first that met a number which is not finite
   */
  int forward(int[] tokens, int from, int count, int first) {
    reserve(first + count);
    for (int t = 0; t < count; t++) {
      kernels.decodeRow(weights.embedding(), tokens[from + t], states, t * shape.width());
    }
    int finite = count;
    for (int layer = 0; layer < shape.layers(); layer++) {
      LlamaLayer layerWeights = weights.layers().get(layer);
      finite = Math.min(finite, attend(layerWeights, caches.get(layer), count, first));
      feedForward(layerWeights, count);
    }
    for (int t = 0; t < finite; t++) {
      if (!Elementary.allFinite(states, t * shape.width(), shape.width())) {
        return t;
      }
    }
    return finite;
  }

  private void reserve(int positions) {
    Check.that(positions <= positionsMax, "the sequence has an end");
    int capacity = caches.getFirst().capacity();
    if (positions > capacity) {
      int wanted = Math.max(positions, Math.min(2 * capacity, positionsMax));
      caches.forEach(cache -> cache.reserve(wanted));
    }
  }

  /** Returns how many positions have finite keys and values. */
  private int attend(LlamaLayer layer, KeyValueCache cache, int count, int first) {
    kernels.rmsNorm(states, count, layer.attentionNorm(), shape.epsilon(), normed);
    kernels.multiply(layer.query(), normed, count, queries);
    kernels.multiply(layer.key(), normed, count, keys);
    kernels.multiply(layer.value(), normed, count, values);
    kernels.rope(weights.rope(), queries, count, shape.attention().heads(), first);
    kernels.rope(weights.rope(), keys, count, shape.attention().keyValueHeads(), first);
    int finite = count;
    int width = shape.keyValueWidth();
    for (int t = 0; t < count; t++) {
      if (!cache.store(first + t, keys, t * width, values, t * width)) {
        finite = Math.min(finite, t);
      }
    }
    kernels.attention(shape.attention(), queries, count, first, cache, attended);
    kernels.multiply(layer.output(), attended, count, update);
    kernels.add(states, update, count * shape.width());
    return finite;
  }

  private void feedForward(LlamaLayer layer, int count) {
    kernels.rmsNorm(states, count, layer.feedForwardNorm(), shape.epsilon(), normed);
    kernels.multiply(layer.gate(), normed, count, gate);
    kernels.multiply(layer.up(), normed, count, up);
    kernels.swiGlu(gate, up, count * shape.feedForward(), gate);
    kernels.multiply(layer.down(), gate, count, update);
    kernels.add(states, update, count * shape.width());
  }

  /**
   * Reads out some of the positions that were computed last.
   *
   * @param row the first of them, counted from the first that was computed
   */
  Readout read(int row, int count) {
    int width = shape.width();
    float[] rows = new float[count * width];
    System.arraycopy(states, row * width, rows, 0, rows.length);
    float[] logits = new float[count * shape.vocabulary()];
    kernels.rmsNorm(rows, count, weights.outputNorm(), shape.epsilon(), rows);
    kernels.multiply(weights.output(), rows, count, logits);
    return new Readout(rows, logits, shape);
  }

  /**
   * States after the final norm, with the logits that follow from them.
   *
   * @param states (count, width)
   * @param logits (count, vocabulary)
   */
  record Readout(float[] states, float[] logits, LlamaShape shape) {
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
