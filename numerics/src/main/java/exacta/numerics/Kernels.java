package exacta.numerics;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * The operations of a transformer on rows of activations. Every implementation gives the same bits
 * for the same input, whatever its speed, batch and threads. Spec: arithmetic.md.
 *
 * <p>A batch is one array, row-major: (tokens, width) means that token t's values start at {@code t
 * * width}. Arrays may be longer than what is used. Only where a method says so may an output be
 * one of the inputs. All methods are safe to call from several threads on different outputs.
 *
 * <p>What is not finite stays visible: if a value on the way to an output is infinite or not a
 * number, some value of that output row is too, so that it suffices to test keys, values and
 * logits. Two exceptions have results of their own: {@link KeyValueCache#store}, and {@link #load},
 * which refuses such weights.
 */
public sealed interface Kernels permits ScalarKernels, VectorKernels {
  /** The specification: slow, one thread. */
  static Kernels scalar() {
    return new ScalarKernels();
  }

  /** The fast one, on the workers given; several of them may share one pool. */
  static Kernels vector(Workers workers) {
    return new VectorKernels(workers);
  }

  /** Does what takes a process a moment once, for nothing to wait for it later; may be left out. */
  default void prepare() {}

  /**
   * Takes a matrix (rows, cols) from the bytes of its file.
   *
   * @param name of the tensor, for the message
   * @param data exactly the matrix; may be referred to as long as the matrix lives
   * @throws exacta.primitives.ExactaException FATAL if a weight or scale is not finite, or the
   *     matrix too large
   */
  WeightMatrix load(String name, WeightFormat format, int rows, int cols, MemorySegment data);

  /** Memory that a matrix takes once it is loaded, besides its file's. */
  long bytes(WeightFormat format, long rows, long cols);

  /**
   * Rows of activations that a matrix is multiplied with in less than twice the time of one, for
   * they read its weights once.
   */
  int rowsTogether(WeightMatrix weights);

  /** Writes the weights of one row as floats to {@code out[at .. at + cols - 1]}. */
  void decodeRow(WeightMatrix weights, int row, float[] out, int at);

  /** out (tokens, rows) = x (tokens, cols) times the transposed weights (rows, cols). */
  default void multiply(WeightMatrix weights, float[] x, int tokens, float[] out) {
    multiply(weights, x, tokens, out, 0);
  }

  /** The same, with a product that begins at an index. */
  void multiply(WeightMatrix weights, float[] x, int tokens, float[] out, int at);

  /** Several products of the same x, each with its own output. */
  void multiply(List<WeightMatrix> weights, float[] x, int tokens, List<float[]> outs);

  /**
   * out (tokens, width) = x (tokens, width), each row normalized; width is gain's length, and out
   * may be x.
   */
  void rmsNorm(float[] x, int tokens, float[] gain, float epsilon, float[] out);

  /** Rotates the segments' rows of x (rows, heads * headSize) in place. */
  void rope(RopeTable table, float[] x, int heads, List<Segment> segments);

  /**
   * The segments' rows of out (rows, heads * headSize) = attention of the queries (rows, heads *
   * headSize). A query sees the positions of its own sequence up to its own, as many as the shape's
   * window allows, which must be stored in the segment's cache.
   *
   * @param layer whose keys and values are used
   */
  void attention(
      AttentionShape shape, int layer, float[] queries, List<Segment> segments, float[] out);

  /** out[i] = silu(gate[i]) * up[i] for i below count; out may be gate or up. */
  void swiGlu(float[] gate, float[] up, int count, float[] out);

  /** out[i] = gelu(gate[i]) * up[i] for i below count; out may be gate or up. */
  void geGlu(float[] gate, float[] up, int count, float[] out);

  /** x[i] += y[i] for i below count. */
  void add(float[] x, float[] y, int count);

  /** Adds y to each row of x (tokens, width); width is y's length. */
  void addToRows(float[] x, int tokens, float[] y);

  /** x[at + i] = fma(factor, y[from + i], x[at + i]) for i below count. */
  void addScaled(float[] x, int at, float factor, float[] y, int from, int count);

  /** x[i] *= factor for i below count. */
  void scale(float[] x, int count, float factor);

  /** quotients[i] = x[at + i] / divisor for i below count, on the caller's thread. */
  void divide(float[] x, int at, int count, float divisor, float[] quotients);

  /** Looks through {@code logits[at .. at + count - 1]}, on the caller's thread. */
  LogitRange range(float[] logits, int at, int count);

  /**
   * The sum of exp(logit - largest), on the caller's thread; the largest is that of the same
   * logits, which are finite.
   */
  float sumOfExp(float[] logits, int at, int count, float largest);

  /** The natural logarithm of a token's probability; not a number if a logit is not finite. */
  default float logProbability(float[] logits, int token) {
    LogitRange range = range(logits, 0, logits.length);
    if (!range.finite()) {
      return Float.NaN;
    }
    float largest = range.largest();
    float sum = sumOfExp(logits, 0, logits.length, largest);
    return logits[token] - largest - Elementary.log(sum);
  }

  /**
   * Collects the indices, ascending and counted from {@code at}, of logits with {@code logit -
   * largest >= least}, on the caller's thread.
   *
   * @param ids with room for all
   * @return how many there are
   */
  int near(float[] logits, int at, int count, float largest, float least, int[] ids);

  /**
   * The sum of {@code exp(logit - largest) / unit}, each rounded half to even, over all that {@link
   * #near} does not collect. On the caller's thread.
   *
   * @param least at most -8
   * @param unit a power of two, at least 2^-23
   * @return not a number if one of them is half way between two integers; exact below 2^24
   */
  float units(float[] logits, int at, int count, float largest, float least, float unit);

  /**
   * Runs a body for 0 to turns - 1, each once, on the threads of these kernels. Turns do not depend
   * on one another; the body calls none of these methods but those on the caller's thread.
   */
  void forEach(int turns, IntConsumer body);
}
