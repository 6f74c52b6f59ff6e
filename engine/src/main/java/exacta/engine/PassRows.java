package exacta.engine;

/**
 * The activations of a batch on its way through the layers.
 *
 * @param states (rows, width), as are normed and update
 * @param queries (rows, queryWidth), as is attended
 * @param keys (rows, keyValueWidth), as is values
 * @param gate (rows, feedForward), as is up; empty where all layers have experts
 */
record PassRows(
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

  static PassRows of(TransformerShape shape, int capacity) {
    int width = capacity * shape.width();
    int queryWidth = capacity * shape.queryWidth();
    int keyValueWidth = capacity * shape.keyValueWidth();
    int feedForward = shape.experts().isPresent() ? 0 : capacity * shape.feedForward();
    return new PassRows(
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
