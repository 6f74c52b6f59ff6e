package exacta.engine;

import exacta.numerics.ExpertChoice;
import exacta.numerics.Kernels;
import java.util.Arrays;

/**
 * Takes a batch through the experts that its rows chose. Rows that chose the same expert go through
 * it together; each sums up what its experts say in the order of its own choice, so that no row
 * knows of the others. Used by one thread at a time. Spec: arithmetic.md#feed-forward.
 */
final class ExpertPass {
  private final Kernels kernels;
  private final int width;
  private final Architecture.Activation activation;

  /** (rows, experts). */
  private float[] logits = {};

  /** (rows, width): those that go through one expert. */
  private float[] gathered = {};

  /** (rows, width of an expert), as is up. */
  private float[] gate = {};

  private float[] up = {};

  /** (rows, used, width): what each row's experts say, in the order of its choice. */
  private float[] said = {};

  ExpertPass(Kernels kernels, TransformerShape shape) {
    this.kernels = kernels;
    width = shape.width();
    activation = shape.architecture().activation();
  }

  /**
   * @param x (rows, width), the normed states
   * @param out (rows, width)
   */
  void apply(FeedForward.Experts layer, float[] x, int rows, float[] out) {
    int experts = layer.experts().size();
    reserve(layer, rows);
    kernels.multiply(layer.router(), x, rows, logits);
    ExpertChoice[] choices = new ExpertChoice[rows];
    for (int row = 0; row < rows; row++) {
      choices[row] = ExpertChoice.of(logits, row * experts, experts, layer.used());
    }
    for (int expert = 0; expert < experts; expert++) {
      ask(layer.experts().get(expert), expert, choices, x);
    }
    Arrays.fill(out, 0, rows * width, 0f);
    for (int row = 0; row < rows; row++) {
      float[] shares = choices[row].shares();
      for (int slot = 0; slot < shares.length; slot++) {
        int from = (row * shares.length + slot) * width;
        kernels.addScaled(out, row * width, shares[slot], said, from, width);
      }
    }
  }

  /** Takes the rows that chose an expert through it. */
  private void ask(FeedForward.Expert weights, int expert, ExpertChoice[] choices, float[] x) {
    int[] places = new int[choices.length];
    int count = 0;
    for (int row = 0; row < choices.length; row++) {
      int slot = choices[row].slotOf(expert);
      if (slot >= 0) {
        System.arraycopy(x, row * width, gathered, count * width, width);
        places[count++] = row * choices[row].experts().length + slot;
      }
    }
    if (count == 0) {
      return;
    }
    kernels.multiply(weights.gate(), gathered, count, gate);
    kernels.multiply(weights.up(), gathered, count, up);
    activation.gate(kernels, gate, up, count * weights.gate().rows());
    kernels.multiply(weights.down(), gate, count, gathered);
    for (int i = 0; i < count; i++) {
      System.arraycopy(gathered, i * width, said, places[i] * width, width);
    }
  }

  private void reserve(FeedForward.Experts layer, int rows) {
    if (gathered.length < rows * width) {
      int inner = layer.experts().getFirst().gate().rows();
      logits = new float[rows * layer.experts().size()];
      gathered = new float[rows * width];
      gate = new float[rows * inner];
      up = new float[rows * inner];
      said = new float[rows * layer.used() * width];
    }
  }
}
