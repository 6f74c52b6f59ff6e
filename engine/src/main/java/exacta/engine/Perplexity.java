package exacta.engine;

import exacta.primitives.ExactaException;
import java.util.function.ObjIntConsumer;

/**
 * How well a model predicts a text, measured as llama.cpp's {@code llama-perplexity} does: the text
 * is cut into windows that know nothing of each other, and the second half of each is scored, so
 * that every scored token has half a window before it. The first token of a window gives way to the
 * token for the beginning, if the model wants one; a last piece that fills no window is left out.
 *
 * @param value exp of the mean of {@code -log(probability)}
 * @param error one standard error of the value
 * @param scored tokens whose probability counted
 * @param windows of the text
 */
public record Perplexity(double value, double error, int scored, int windows) {
  public static final int WINDOW = 512;

  /**
   * Computes all windows.
   *
   * @param window tokens of one, at least 4
   * @param progress gets the value so far after each window, and how many windows there are
   * @throws IllegalArgumentException if the text fills no window, or a window exceeds the context
   * @throws ExactaException FATAL if a number on the way is not finite
   */
  public static Perplexity of(
      Model model, int[] tokens, int window, ObjIntConsumer<Perplexity> progress) {
    if (window < 4) {
      throw new IllegalArgumentException("a window has at least 4 tokens, not " + window);
    }
    int windows = tokens.length / window;
    if (windows == 0) {
      throw new IllegalArgumentException(
          "the text has " + tokens.length + " tokens, fewer than one window of " + window);
    }
    int[] beginning = model.card().completionPrompt("");
    Sums sums = new Sums();
    for (int i = 0; i < windows; i++) {
      int[] piece = new int[window];
      System.arraycopy(tokens, i * window, piece, 0, window);
      System.arraycopy(beginning, 0, piece, 0, beginning.length);
      sums.add(model, piece);
      progress.accept(sums.perplexity(i + 1), windows);
    }
    return sums.perplexity(windows);
  }

  /** Of the negative logarithms, in the order of the text. */
  private static final class Sums {
    private double sum;
    private double squares;
    private int count;

    void add(Model model, int[] piece) {
      int last = piece.length - 1;
      int finite =
          model.read(
              piece,
              piece.length / 2,
              (position, _, logits) -> {
                if (position < last) {
                  double score = -model.kernels().logProbability(logits, piece[position + 1]);
                  requireFinite(!Double.isNaN(score), position);
                  sum += score;
                  squares += score * score;
                  count++;
                }
              });
      requireFinite(finite == piece.length, finite);
    }

    private static void requireFinite(boolean finite, int position) {
      if (!finite) {
        throw ExactaException.fatal(
            "position " + position + " of a window leads to a number that is not finite");
      }
    }

    Perplexity perplexity(int windows) {
      double mean = sum / count;
      double variance = Math.max(0, squares / count - mean * mean);
      double value = StrictMath.exp(mean);
      double error = count > 1 ? value * Math.sqrt(variance / (count - 1)) : 0;
      return new Perplexity(value, error, count, windows);
    }
  }
}
