package exacta.sprint;

/**
 * The size of a Sprint's model, from which all else follows. Spec: sprint.md#shape.
 *
 * @param dim width of a state: a multiple of 64, 64 to 8192
 * @param layers 1 to 128
 * @param sequenceLength states of one nonce, T: 1 to 1024
 */
public record SprintShape(int dim, int layers, int sequenceLength) {
  static final int HEAD_SIZE = 64;

  /**
   * @throws IllegalArgumentException for sizes out of range
   */
  public SprintShape {
    if (dim < HEAD_SIZE || dim > 8192 || dim % HEAD_SIZE != 0) {
      throw new IllegalArgumentException("dim is a multiple of 64, 64 to 8192, not " + dim);
    }
    if (layers < 1 || layers > 128) {
      throw new IllegalArgumentException("layers are 1 to 128, not " + layers);
    }
    if (sequenceLength < 1 || sequenceLength > 1024) {
      throw new IllegalArgumentException("sequence length is 1 to 1024, not " + sequenceLength);
    }
  }

  /** Heads of queries, keys and values. */
  public int heads() {
    return dim / HEAD_SIZE;
  }

  /** Width of the feed-forward part. */
  public int feedForward() {
    return 3 * dim;
  }

  /** Values of one nonce's states. */
  int stateSize() {
    return sequenceLength * dim;
  }
}
